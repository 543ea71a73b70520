package component

import (
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// network is the VPC: its subnets, its ways out and its endpoints.
func network(p *model.Platform) Output {
	if p.Cloud.AWS == nil || p.Network == nil {
		return Output{}
	}
	n := p.Network
	layout, err := n.Layout(p.Cloud.AWS.ZoneNames())
	if err != nil {
		panic(err) // check refuses subnets that do not fit
	}
	zones := make(map[string]map[string]string, len(layout.Private))
	for zone, private := range layout.Private {
		zones[zone] = map[string]string{"private_cidr": private.String()}
		if public, ok := layout.Public[zone]; ok {
			zones[zone]["public_cidr"] = public.String()
		}
	}
	return Output{
		Modules: map[string][]terraform.Module{Foundation: {{
			Name:   "network",
			Source: "modules/network",
			Inputs: map[string]any{
				"name":                p.Name,
				"cidr":                n.CIDR,
				"region":              p.Cloud.AWS.Region,
				"zones":               zones,
				"nat":                 n.NAT,
				"interface_endpoints": n.InterfaceEndpoints(),
				"cluster_name":        p.ClusterName(),
			},
		}}},
		Outputs: map[string][]terraform.Output{Foundation: networkOutputs},
	}
}

var networkOutputs = []terraform.Output{
	{Name: "private_subnet_ids", Description: "IDs of the private subnets, in the order of their zones' names.", Value: terraform.ModuleOutput("network", "private_subnet_ids")},
	{Name: "public_subnet_ids", Description: "IDs of the public subnets, in the order of their zones' names.", Value: terraform.ModuleOutput("network", "public_subnet_ids")},
	{Name: "vpc_id", Description: "ID of the VPC.", Value: terraform.ModuleOutput("network", "vpc_id")},
}

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
				"private_subnet_tags": p.DiscoveryTags(),
			},
		}}},
		Outputs: foundationOutputs("network"),
	}
}

// foundationOutputs returns the outputs that the foundation stack has from one
// of its module calls.
func foundationOutputs(module string) map[string][]terraform.Output {
	var outputs []terraform.Output
	for _, o := range model.FoundationOutputs {
		if o.Module == module {
			outputs = append(outputs, terraform.Output{Name: o.Name, Description: o.Description, Value: terraform.ModuleOutput(module, o.Name)})
		}
	}
	return map[string][]terraform.Output{Foundation: outputs}
}

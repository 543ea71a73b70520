package component

import (
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// eks is the cluster with its add-ons, its access entries and the managed node
// group of what must run before Karpenter does.
func eks(p *model.Platform) Output {
	if p.Cloud.AWS == nil {
		return Output{}
	}
	c := p.Cluster
	inputs := map[string]any{
		"name":                        p.ClusterName(),
		"kubernetes_version":          c.Version,
		"region":                      p.Cloud.AWS.Region,
		"account":                     p.Cloud.AWS.Account,
		"partition":                   p.Cloud.AWS.ARNPartition(),
		"vpc_id":                      terraform.ModuleOutput("network", "vpc_id"),
		"subnet_ids":                  terraform.ModuleOutput("network", "private_subnet_ids"),
		"endpoint_public_access":      c.Endpoint.Public,
		"public_access_cidrs":         sorted(c.Endpoint.PublicCIDRs),
		"private_access_cidrs":        sorted(c.Endpoint.PrivateCIDRs),
		"cluster_security_group_tags": p.DiscoveryTags(),
		"log_types":                   sorted(c.LogTypes),
		"log_retention_days":          c.LogRetention,
		"deletion_protection":         c.DeletionProtection,
		"access_entries":              accessEntries(c.Access),
		"addons":                      eksAddons(c.Addons),
		"system_node_group":           systemNodeGroup(c),
		"cluster_role_name":           p.ClusterRole(),
		"node_role_name":              p.SystemNodeRole(),
		"ebs_csi_role_name":           p.EBSDriverRole(),
		"tags":                        p.Tags(),
	}
	if c.ServiceCIDR != "" {
		inputs["service_cidr"] = c.ServiceCIDR
	}
	if c.Encryption.KeyARN != "" {
		inputs["kms_key_arn"] = c.Encryption.KeyARN
	}
	return Output{
		Modules: map[string][]terraform.Module{Foundation: {{Name: "eks", Source: "modules/eks", Inputs: inputs}}},
		Outputs: foundationOutputs("eks"),
	}
}

func accessEntries(access map[string]model.Access) map[string]any {
	entries := make(map[string]any, len(access))
	for name, a := range access {
		policies := make(map[string]any, len(a.Policies))
		for policy, scope := range a.Policies {
			policies[policy] = map[string]any{"namespaces": sorted(scope.Namespaces)}
		}
		entries[name] = map[string]any{
			"principal_arn":     a.Principal,
			"kubernetes_groups": sorted(a.Groups),
			"policies":          policies,
		}
	}
	return entries
}

func eksAddons(addons map[string]model.EKSAddon) map[string]any {
	calls := make(map[string]any, len(addons))
	for name, a := range addons {
		call := map[string]any{}
		if a.Version != "" {
			call["version"] = a.Version
		}
		if len(a.Configuration) > 0 {
			call["configuration"] = string(a.Configuration)
		}
		calls[name] = call
	}
	return calls
}

func systemNodeGroup(c model.Cluster) map[string]any {
	disk, err := c.SystemNodes.Disk.Bytes()
	if err != nil {
		panic(err) // the schema refuses other amounts
	}
	ami := "AL2023_x86_64_STANDARD"
	if model.InstanceArchitecture(c.SystemNodes.InstanceTypes[0]) == model.ARM64 {
		ami = "AL2023_ARM_64_STANDARD"
	}
	const gib = 1 << 30
	return map[string]any{
		"instance_types": c.SystemNodes.InstanceTypes,
		"min_size":       c.SystemNodes.Min,
		"desired_size":   c.SystemNodes.Min,
		"max_size":       c.SystemNodes.Max,
		"ami_type":       ami,
		"disk_size_gib":  (disk + gib - 1) / gib,
		"labels":         systemNodes(),
	}
}

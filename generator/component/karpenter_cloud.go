package component

import (
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// karpenterModules calls the module of what Karpenter needs from AWS: the roles
// of its controller and of its nodes, and the queue that tells it of
// interruptions. They belong to the foundation stack.
func karpenterModules(p *model.Platform) []terraform.Module {
	if p.Cloud.AWS == nil || len(p.NodePools) == 0 {
		return nil
	}
	return []terraform.Module{{
		Name:   "karpenter",
		Source: "modules/karpenter",
		Inputs: map[string]any{
			"cluster_name":         terraform.ModuleOutput("eks", "cluster_name"),
			"region":               p.Cloud.AWS.Region,
			"account":              p.Cloud.AWS.Account,
			"partition":            p.Cloud.AWS.ARNPartition(),
			"controller_role_name": p.KarpenterRole(),
			"node_role_name":       p.KarpenterNodeRole(),
			"queue_name":           p.InterruptionQueue(),
			"namespace":            model.SystemNamespace,
			"service_account":      "karpenter",
		},
	}}
}

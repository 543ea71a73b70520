// Package component turns the platform into Terraform module calls and Argo CD
// Applications, one file a component.
package component

import (
	"maps"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// The Terraform stacks, in the order in which they are applied.
const (
	// Foundation is the network, the cluster, Karpenter's roles and queue, and
	// the roles of add-ons.
	Foundation = "foundation"
	// Data is buckets, keys, workload roles and what custom components bring.
	Data = "data"
)

// An Output is what one component adds to an environment.
type Output struct {
	// Modules are Terraform module calls by stack.
	Modules map[string][]terraform.Module
	// Outputs are Terraform outputs by stack.
	Outputs map[string][]terraform.Output
	// Namespaces are those that nobody else has: they are made before every
	// Application, and no two components name the same.
	Namespaces   []Namespace
	Applications []argocd.Application
	// PlatformKinds are namespaced kinds that no team may have, since with them
	// it could do what the component may do.
	PlatformKinds []metav1.GroupKind
	// Policies are documents that a reviewer wants to read, by path below
	// policies. They have no header: an IAM document is valid as it stands, so
	// that it can be pasted, and IAM refuses members that it does not know.
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
	Policies map[string][]byte
}

// A Component compiles its part of a platform. It gets a platform that check
// has accepted, reads nothing else, and returns the zero Output where the
// platform does not have it.
type Component func(p *model.Platform) Output

// All lists the components in the order in which a reader meets them: cloud
// first, then what runs in the cluster. The order does not change the output.
var All = []Component{
	network,
	eks,
	karpenter,
	teams,
	keda,
	externalSecrets,
	certManager,
	awsLoadBalancerController,
	metricsServer,
	buckets,
	custom,
}

// The waves of Applications. What brings kinds that others use, or that checks
// what others send to the API server, comes before them.
const (
	waveNamespaces = iota - 10
	waveOperators
	waveNodes
	waveAddons
	waveCustom = 0
)

// Cluster-scoped kinds that charts bring.
var (
	clusterRole        = kind(rbacv1.GroupName, "ClusterRole")
	clusterRoleBinding = kind(rbacv1.GroupName, "ClusterRoleBinding")
	mutatingWebhooks   = kind(admissionv1.GroupName, "MutatingWebhookConfiguration")
	validatingWebhooks = kind(admissionv1.GroupName, "ValidatingWebhookConfiguration")
	apiService         = kind("apiregistration.k8s.io", "APIService")
)

func kind(group, name string) metav1.GroupKind { return metav1.GroupKind{Group: group, Kind: name} }

// upstream returns the Application of an add-on: its chart with values, under
// those that the user wrote. Kinds are the cluster-scoped kinds that the chart
// brings beside roles.
func upstream(addon model.NamedAddon, repository string, values model.Values, kinds ...metav1.GroupKind) argocd.Application {
	return argocd.Application{
		Name:         addon.Name,
		Namespace:    addon.Namespace,
		Project:      model.PlatformProject,
		Wave:         waveOperators,
		Chart:        &argocd.Chart{Repository: repository, Name: addon.Name, Version: addon.Version},
		Values:       merge(values, addon.Values),
		ClusterKinds: append(kinds, clusterRole, clusterRoleBinding),
		Path:         []string{"addons", addon.Name},
	}
}

// systemNodes selects the managed node group, on which everything runs that
// must be there before Karpenter is, or that would move about with its nodes.
func systemNodes() model.Values { return model.Values{model.PoolLabel: model.SystemPool} }

// merge returns base with over on top: maps are merged key by key, anything
// else of over stands in the place of base's. Both stay as they are.
func merge(base, over model.Values) model.Values {
	merged := maps.Clone(base)
	if merged == nil {
		merged = make(model.Values, len(over))
	}
	for key, value := range over {
		if below, ok := merged[key].(model.Values); ok {
			if above, ok := value.(model.Values); ok {
				value = merge(below, above)
			}
		}
		merged[key] = value
	}
	return merged
}

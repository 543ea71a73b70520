package model

import (
	"maps"
	"slices"
)

// Every name that more than one output must agree on is derived here and
// nowhere else. [Platform.DerivedNames] lists them with their limits, so that
// check can refuse what the cloud would refuse.

// The names of Kubernetes objects that Terraform and Argo CD agree on.
const (
	// ArgoCDNamespace holds Argo CD and its Applications.
	ArgoCDNamespace = "argocd"
	// SystemNamespace holds what EKS and Karpenter run.
	SystemNamespace = "kube-system"
	// PlatformProject is the Argo CD project of everything that no team owns.
	PlatformProject = "platform"
	// RootApplication is the Application of all others, and RootProject the
	// Argo CD project that it alone is in.
	RootApplication = "root"
	RootProject     = "root"
	// PoolLabel tells, on every node, the node group or pool that it belongs to.
	PoolLabel = "lakewright.dev/pool"
	// SystemPool is the value of PoolLabel on the managed node group.
	SystemPool = "system"
)

// ClusterName is the EKS cluster's name.
func (p *Platform) ClusterName() string { return p.Name }

// ClusterRole is the IAM role that the EKS control plane uses.
func (p *Platform) ClusterRole() string { return p.Name + "-cluster" }

// SystemNodeRole is the IAM role of the managed node group.
func (p *Platform) SystemNodeRole() string { return p.Name + "-system-node" }

// EBSDriverRole is the IAM role of the EBS CSI driver.
func (p *Platform) EBSDriverRole() string { return p.Name + "-ebs-csi" }

// KarpenterRole is the IAM role of Karpenter's controller.
func (p *Platform) KarpenterRole() string { return p.Name + "-karpenter" }

// KarpenterNodeRole is the IAM role of the nodes that Karpenter launches.
func (p *Platform) KarpenterNodeRole() string { return p.Name + "-karpenter-node" }

// KarpenterInstanceProfile is the instance profile by which those nodes take
// their role.
func (p *Platform) KarpenterInstanceProfile() string { return p.Name + "-karpenter-node" }

// InterruptionQueue is the SQS queue that tells Karpenter of interruptions.
func (p *Platform) InterruptionQueue() string { return p.Name + "-karpenter" }

// AddonRole is the IAM role of an add-on's pods.
func (p *Platform) AddonRole(addon string) string { return p.Name + "-" + addon }

// WorkloadRole is the IAM role of a custom component's pods.
func (p *Platform) WorkloadRole(component string) string {
	return p.Name + "-" + p.Custom[component].Namespace + "-" + component
}

// ServiceAccount is the Kubernetes service account of a custom component's pods.
func (p *Platform) ServiceAccount(component string) string {
	if sa := p.Custom[component].ServiceAccount; sa != "" {
		return sa
	}
	return component
}

// BucketName is the name of a bucket of the platform.
func (p *Platform) BucketName(bucket string) string {
	return p.Name + "-" + bucket + "-" + p.Cloud.AWS.Account
}

// StateBucket is the bucket that keeps Terraform's state.
func (p *Platform) StateBucket() string {
	if b := p.Cloud.AWS.StateBucket; b != "" {
		return b
	}
	return p.Name + "-tfstate-" + p.Cloud.AWS.Account
}

// StateKey is the key of a Terraform stack's state in the state bucket.
func (p *Platform) StateKey(stack string) string { return p.Name + "/" + stack + ".tfstate" }

// EnvironmentTag is the AWS tag that names the environment.
const EnvironmentTag = "lakewright.dev/environment"

// Tags are the tags of every AWS resource: the user's, and the environment's.
func (p *Platform) Tags() map[string]string {
	tags := maps.Clone(p.Cloud.AWS.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags[EnvironmentTag] = p.Name
	return tags
}

// DiscoveryTags are the tags by which Karpenter finds the subnets and the
// security group of its nodes.
func (p *Platform) DiscoveryTags() map[string]string {
	return map[string]string{"karpenter.sh/discovery": p.ClusterName()}
}

// TeamProject is a team's Argo CD project.
func (p *Platform) TeamProject(team string) string { return "team-" + team }

// A NameKind is a kind of name with the limit that its service sets.
type NameKind struct {
	// What says what is named, as its service calls it.
	What string
	// Limit is the most characters that the service takes; 0 means that the
	// parts are limited and not the whole.
	Limit int
	// Source is the service's documentation of the limit.
	Source string
}

// The kinds of derived names. Names of one kind are distinct.
var (
	EKSClusterName      = NameKind{"EKS cluster", 100, "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"}
	IAMRoleName         = NameKind{"IAM role", 64, "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"}
	InstanceProfileName = NameKind{"instance profile", 128, "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html"}
	SQSQueueName        = NameKind{"SQS queue", 80, "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"}
	EventRuleName       = NameKind{"EventBridge rule", 64, "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"}
	S3BucketName        = NameKind{"S3 bucket", 63, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"}
	NamespaceName       = NameKind{"namespace", 63, "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"}
	NodePoolName        = NameKind{"node pool", 63, "https://karpenter.sh/docs/concepts/nodepools/"}
	ApplicationName     = NameKind{"Application", 53, "https://helm.sh/docs/chart_template_guide/builtin_objects/"}
	PodIdentity         = NameKind{"Pod Identity association", 0, "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html"}
	ProjectName         = NameKind{"AppProject", 63, "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"}
)

// A DerivedName is a name together with the field that made it.
type DerivedName struct {
	Kind  NameKind
	Value string
	// Path is the field that sets the part of the name that varies.
	Path []string
}

// DerivedNames returns every name that follows from the platform, in a fixed
// order. Two of the same kind and value are two things that would collide.
func (p *Platform) DerivedNames() []DerivedName {
	var names []DerivedName
	add := func(kind NameKind, value string, path ...string) {
		names = append(names, DerivedName{kind, value, path})
	}
	for _, ns := range []string{ArgoCDNamespace, SystemNamespace} {
		add(NamespaceName, ns, "name")
	}
	// The files argocd/root.yaml, projects.yaml and namespaces.yaml are not
	// those of a component.
	for _, app := range []string{RootApplication, "projects", "namespaces"} {
		add(ApplicationName, app, "name")
	}
	for _, addon := range p.InstalledAddons() {
		add(ApplicationName, addon.Name, "addons", addon.Name)
		if addon.Namespace != SystemNamespace {
			add(NamespaceName, addon.Namespace, "addons", addon.Name)
		}
	}
	for _, team := range sortedKeys(p.Teams) {
		add(ProjectName, p.TeamProject(team), "teams", team)
		for _, ns := range p.TeamNamespaces(team) {
			add(NamespaceName, ns, "teams", team, "namespaces")
		}
	}
	for _, c := range sortedKeys(p.Custom) {
		add(ApplicationName, c, "custom", c)
	}
	if p.Cloud.AWS == nil {
		return names
	}
	add(EKSClusterName, p.ClusterName(), "name")
	add(IAMRoleName, p.ClusterRole(), "name")
	add(IAMRoleName, p.SystemNodeRole(), "name")
	add(IAMRoleName, p.EBSDriverRole(), "name")
	if p.Cloud.AWS.StateBucket != "" {
		add(S3BucketName, p.StateBucket(), "cloud", "aws", "stateBucket")
	} else {
		add(S3BucketName, p.StateBucket(), "name")
	}
	add(ApplicationName, "karpenter", "karpenter")
	add(ApplicationName, "karpenter-nodes", "nodePools")
	add(IAMRoleName, p.KarpenterRole(), "name")
	add(IAMRoleName, p.KarpenterNodeRole(), "name")
	add(InstanceProfileName, p.KarpenterInstanceProfile(), "name")
	add(SQSQueueName, p.InterruptionQueue(), "name")
	add(EventRuleName, p.InterruptionQueue()+"-rebalance", "name") // The longest of modules/karpenter's four.
	for _, pool := range sortedKeys(p.NodePools) {
		add(NodePoolName, pool, "nodePools", pool)
	}
	for _, addon := range p.InstalledAddons() {
		if addon.Role {
			add(IAMRoleName, p.AddonRole(addon.Name), "addons", addon.Name)
		}
	}
	for _, b := range sortedKeys(p.Buckets) {
		add(S3BucketName, p.BucketName(b), "buckets", b)
	}
	for _, c := range sortedKeys(p.Custom) {
		if len(p.Custom[c].Buckets) > 0 {
			add(IAMRoleName, p.WorkloadRole(c), "custom", c)
			add(PodIdentity, p.Custom[c].Namespace+"/"+p.ServiceAccount(c), "custom", c)
		}
	}
	return names
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedSet(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}

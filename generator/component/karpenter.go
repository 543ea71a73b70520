package component

import (
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// karpenterServiceAccount is the service account of Karpenter's controller.
const karpenterServiceAccount = "karpenter"

// nodePools are the API group and version of NodePool.
var nodePools = schema.GroupVersion{Group: "karpenter.sh", Version: "v1"}

// The labels by which nodes are chosen beside Kubernetes' own.
// Source: https://karpenter.sh/v1.14/concepts/scheduling/#well-known-labels
const (
	labelInstanceCategory   = "karpenter.k8s.aws/instance-category"
	labelInstanceFamily     = "karpenter.k8s.aws/instance-family"
	labelInstanceGeneration = "karpenter.k8s.aws/instance-generation"
	labelInstanceLocalNVMe  = "karpenter.k8s.aws/instance-local-nvme"
	labelInstanceSize       = "karpenter.k8s.aws/instance-size"
)

// karpenter launches the nodes of node pools. Its controller is one
// Application, the pools are another that comes after: their kinds are of the
// controller's chart. Without node pools the controller and its roles stay: it
// alone can drain and end the nodes of pools that were taken out.
func karpenter(p *model.Platform) Output {
	if p.Cloud.AWS == nil {
		return Output{}
	}
	out := Output{
		Modules:      map[string][]terraform.Module{Foundation: karpenterModules(p)},
		Applications: []argocd.Application{karpenterController(p)},
		Policies:     map[string][]byte{policyPath(p.KarpenterRole()): karpenterPolicy(p).review()},
	}
	if len(p.NodePools) > 0 {
		out.Applications = append(out.Applications, karpenterNodes(p))
	}
	return out
}

// karpenterController runs Karpenter itself.
// Source: https://github.com/aws/karpenter-provider-aws/blob/v1.14.0/charts/karpenter/values.yaml
func karpenterController(p *model.Platform) argocd.Application {
	return argocd.Application{
		Name:      "karpenter",
		Namespace: model.SystemNamespace,
		Project:   model.PlatformProject,
		Wave:      waveOperators,
		Chart:     &argocd.Chart{Repository: "oci://public.ecr.aws/karpenter", Name: "karpenter", Version: p.Karpenter.Version},
		Values: model.Values{
			"nodeSelector":   systemNodes(),
			"serviceAccount": model.Values{"name": karpenterServiceAccount},
			"controller": model.Values{
				// Without it Karpenter asks the instance metadata service, which
				// pods cannot reach: it is one hop too far.
				"env":       []any{model.Values{"name": "AWS_REGION", "value": p.Cloud.AWS.Region}},
				"resources": resources("500m", "1Gi", "1Gi"),
			},
			"settings": model.Values{
				"clusterName":       p.ClusterName(),
				"eksControlPlane":   true,
				"interruptionQueue": p.InterruptionQueue(),
				// AWS's price list has no VPC endpoint.
				"isolatedVPC": p.Network != nil && p.Network.NAT == model.NATNone,
			},
		},
		Keep:         true,
		ClusterKinds: []metav1.GroupKind{argocd.CustomResourceDefinition, clusterRole, clusterRoleBinding},
		Path:         []string{"karpenter"},
	}
}

// karpenterNodes are the pools. When one goes, Karpenter drains its nodes.
func karpenterNodes(p *model.Platform) argocd.Application {
	app := argocd.Application{
		Name:         "karpenter-nodes",
		Namespace:    model.SystemNamespace,
		Project:      model.PlatformProject,
		Wave:         waveNodes,
		ClusterKinds: []metav1.GroupKind{kind(nodePools.Group, "NodePool"), kind(nodeClasses.Group, "EC2NodeClass")},
		Path:         []string{"nodePools"},
	}
	for _, name := range slices.Sorted(maps.Keys(p.NodePools)) {
		app.Manifests = append(app.Manifests, nodePool(p, name), nodeClass(p, name))
	}
	return app
}

// nodePool says which nodes a pool has, how many, and when they go.
func nodePool(p *model.Platform, name string) *karpenterv1.NodePool {
	pool := p.NodePools[name]
	labels := map[string]string{}
	maps.Copy(labels, pool.Labels)
	labels[model.PoolLabel] = name

	template := karpenterv1.NodeClaimTemplateSpec{
		NodeClassRef: &karpenterv1.NodeClassReference{Group: nodeClasses.Group, Kind: "EC2NodeClass", Name: name},
		Requirements: requirements(p, pool),
		ExpireAfter:  nillable(pool.ExpireAfter),
	}
	for _, taint := range pool.Taints {
		template.Taints = append(template.Taints, corev1.Taint{Key: taint.Key, Value: taint.Value, Effect: corev1.TaintEffect(taint.Effect)})
	}
	if pool.TerminationGracePeriod.Limited() {
		template.TerminationGracePeriod = &metav1.Duration{Duration: duration(pool.TerminationGracePeriod)}
	}
	spec := karpenterv1.NodePoolSpec{
		Template: karpenterv1.NodeClaimTemplate{ObjectMeta: karpenterv1.ObjectMeta{Labels: labels}, Spec: template},
		Disruption: karpenterv1.Disruption{
			ConsolidationPolicy: karpenterv1.ConsolidationPolicy(pool.Disruption.Consolidate),
			ConsolidateAfter:    nillable(pool.Disruption.After),
		},
		Limits: karpenterv1.Limits{
			corev1.ResourceCPU:    *resource.NewQuantity(pool.Limits.CPU, resource.DecimalSI),
			corev1.ResourceMemory: resource.MustParse(string(pool.Limits.Memory)),
		},
	}
	for _, b := range pool.Disruption.Budgets {
		spec.Disruption.Budgets = append(spec.Disruption.Budgets, budget(b))
	}
	if pool.Weight > 0 {
		spec.Weight = &pool.Weight
	}
	return &karpenterv1.NodePool{
		TypeMeta:   metav1.TypeMeta{APIVersion: nodePools.String(), Kind: "NodePool"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       spec,
	}
}

// requirements says which EC2 instances a pool is made of.
func requirements(p *model.Platform, pool model.NodePool) []karpenterv1.NodeSelectorRequirementWithMinValues {
	var all []karpenterv1.NodeSelectorRequirementWithMinValues
	require := func(key string, operator corev1.NodeSelectorOperator, values ...string) {
		all = append(all, karpenterv1.NodeSelectorRequirementWithMinValues{
			NodeSelectorRequirement: corev1.NodeSelectorRequirement{Key: key, Operator: operator, Values: values},
		})
	}
	require(karpenterv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, sorted(pool.Capacity)...)
	require(corev1.LabelOSStable, corev1.NodeSelectorOpIn, string(corev1.Linux))
	require(corev1.LabelArchStable, corev1.NodeSelectorOpIn, sorted(pool.Architectures)...)
	if len(pool.Families) > 0 {
		require(labelInstanceFamily, corev1.NodeSelectorOpIn, sorted(pool.Families)...)
	} else {
		require(labelInstanceCategory, corev1.NodeSelectorOpIn, "c", "m", "r")
		require(labelInstanceGeneration, corev1.NodeSelectorOpGt, "4")
	}
	require(labelInstanceSize, corev1.NodeSelectorOpIn, sorted(pool.Sizes)...)
	if pool.LocalDisks {
		require(labelInstanceLocalNVMe, corev1.NodeSelectorOpGt, "0")
	}
	if len(pool.Zones) > 0 {
		require(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, sorted(p.Cloud.AWS.ZoneNamesOf(pool.Zones))...)
	}
	return all
}

func budget(b model.Budget) karpenterv1.Budget {
	made := karpenterv1.Budget{Nodes: b.Nodes}
	for _, reason := range b.Reasons {
		made.Reasons = append(made.Reasons, karpenterv1.DisruptionReason(reason))
	}
	if b.Schedule != "" {
		made.Schedule = &b.Schedule
		made.Duration = &metav1.Duration{Duration: duration(model.Duration(b.Duration))}
	}
	return made
}

// nodeClass says how the nodes of a pool are launched: on encrypted disks, in
// the private subnets and the security group that Terraform tags with the
// cluster's name, and with an instance metadata service that answers the node
// and the host's network alone.
func nodeClass(p *model.Platform, name string) *ec2NodeClass {
	pool := p.NodePools[name]
	discovery := []tagSelectorTerm{{Tags: p.DiscoveryTags()}}
	tags := p.Tags()
	tags["Name"] = p.ClusterName() + "-" + name
	class := &ec2NodeClass{
		TypeMeta:   metav1.TypeMeta{APIVersion: nodeClasses.String(), Kind: "EC2NodeClass"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: ec2NodeClassSpec{
			AMISelectorTerms:           []amiSelectorTerm{{Alias: "al2023@" + p.Karpenter.AMIVersion}},
			InstanceProfile:            p.KarpenterInstanceProfile(),
			SubnetSelectorTerms:        discovery,
			SecurityGroupSelectorTerms: discovery,
			BlockDeviceMappings: []blockDeviceMapping{{
				// The root volume of Amazon Linux 2023.
				DeviceName: "/dev/xvda",
				EBS: blockDevice{
					DeleteOnTermination: true,
					Encrypted:           true,
					VolumeSize:          resource.MustParse(string(pool.Disk)),
					VolumeType:          "gp3",
				},
			}},
			MetadataOptions: metadataOptions{
				HTTPEndpoint: "enabled", HTTPProtocolIPv6: "disabled", HTTPPutResponseHopLimit: 1, HTTPTokens: "required",
			},
			Kubelet: kubelet{MaxPods: pool.MaxPods},
			Tags:    tags,
		},
	}
	if pool.LocalDisks {
		class.Spec.InstanceStorePolicy = "RAID0"
	}
	return class
}

// nillable returns d as Karpenter has it, to which no limit is a limit never
// reached.
func nillable(d model.Duration) karpenterv1.NillableDuration {
	if !d.Limited() {
		return karpenterv1.NillableDuration{}
	}
	length := duration(d)
	return karpenterv1.NillableDuration{Duration: &length}
}

func duration(d model.Duration) time.Duration {
	length, err := d.Time()
	if err != nil {
		panic(err) // the schema refuses other lengths of time
	}
	return length
}

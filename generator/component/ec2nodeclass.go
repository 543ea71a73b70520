package component

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// nodeClasses are the API group and version of EC2NodeClass.
var nodeClasses = schema.GroupVersion{Group: "karpenter.k8s.aws", Version: "v1"}

// An ec2NodeClass says how nodes are launched. Karpenter's own type is in
// github.com/aws/karpenter-provider-aws, of which no version compiles with the
// Kubernetes libraries that Argo CD's types need; these are the fields that we
// write. The module tools/karpenter decodes what we generate into Karpenter's
// type and lets the rules of its definition judge it.
// Source: https://karpenter.sh/v1.14/concepts/nodeclasses/
type ec2NodeClass struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec ec2NodeClassSpec `json:"spec"`
}

type ec2NodeClassSpec struct {
	AMISelectorTerms           []amiSelectorTerm    `json:"amiSelectorTerms"`
	InstanceProfile            string               `json:"instanceProfile"`
	SubnetSelectorTerms        []tagSelectorTerm    `json:"subnetSelectorTerms"`
	SecurityGroupSelectorTerms []tagSelectorTerm    `json:"securityGroupSelectorTerms"`
	BlockDeviceMappings        []blockDeviceMapping `json:"blockDeviceMappings"`
	InstanceStorePolicy        string               `json:"instanceStorePolicy,omitempty"`
	MetadataOptions            metadataOptions      `json:"metadataOptions"`
	Kubelet                    kubelet              `json:"kubelet"`
	Tags                       map[string]string    `json:"tags"`
}

type amiSelectorTerm struct {
	Alias string `json:"alias"`
}

type tagSelectorTerm struct {
	Tags map[string]string `json:"tags"`
}

type blockDeviceMapping struct {
	DeviceName string      `json:"deviceName"`
	EBS        blockDevice `json:"ebs"`
}

type blockDevice struct {
	DeleteOnTermination bool              `json:"deleteOnTermination"`
	Encrypted           bool              `json:"encrypted"`
	VolumeSize          resource.Quantity `json:"volumeSize"`
	VolumeType          string            `json:"volumeType"`
}

type metadataOptions struct {
	HTTPEndpoint            string `json:"httpEndpoint"`
	HTTPProtocolIPv6        string `json:"httpProtocolIPv6"`
	HTTPPutResponseHopLimit int64  `json:"httpPutResponseHopLimit"`
	HTTPTokens              string `json:"httpTokens"`
}

type kubelet struct {
	MaxPods int32 `json:"maxPods"`
}

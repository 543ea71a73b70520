package model

import "slices"

// Karpenter launches the nodes of node pools.
type Karpenter struct {
	Version    string `json:"version"`
	AMIVersion string `json:"amiVersion"`
}

// NodePool is a group of like nodes.
type NodePool struct {
	Capacity      []string `json:"capacity"`
	Architectures []string `json:"architectures"`
	Families      []string `json:"families"`
	Sizes         []string `json:"sizes"`
	Zones         []string `json:"zones"`
	Limits        struct {
		CPU    int64  `json:"cpu"`
		Memory Memory `json:"memory"`
	} `json:"limits"`
	Taints     []Taint           `json:"taints"`
	Labels     map[string]string `json:"labels"`
	LocalDisks bool              `json:"localDisks"`
	Disk       Memory            `json:"disk"`
	MaxPods    int32             `json:"maxPods"`
	Disruption struct {
		Consolidate string   `json:"consolidate"`
		After       Duration `json:"after"`
		Budgets     []Budget `json:"budgets"`
	} `json:"disruption"`
	ExpireAfter            Duration `json:"expireAfter"`
	TerminationGracePeriod Duration `json:"terminationGracePeriod"`
	Weight                 int32    `json:"weight,omitempty"`
}

// The ways to buy a node.
const (
	OnDemand = "on-demand"
	Spot     = "spot"
)

// SpotOnly reports whether every node of the pool can be taken back by AWS.
func (n NodePool) SpotOnly() bool { return !slices.Contains(n.Capacity, OnDemand) }

// Taint is a Kubernetes taint, or the taint that a toleration admits.
type Taint struct {
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"`
	Effect string `json:"effect"`
}

// Budget limits how many nodes are disrupted at once.
type Budget struct {
	Nodes    string   `json:"nodes"`
	Reasons  []string `json:"reasons,omitempty"`
	Schedule string   `json:"schedule,omitempty"`
	Duration string   `json:"duration,omitempty"`
}

package model

import "encoding/json"

// Cluster is the Kubernetes cluster.
type Cluster struct {
	Version  string `json:"version"`
	Endpoint struct {
		Public       bool     `json:"public"`
		PublicCIDRs  []string `json:"publicCIDRs"`
		PrivateCIDRs []string `json:"privateCIDRs"`
	} `json:"endpoint"`
	Access     map[string]Access   `json:"access"`
	Addons     map[string]EKSAddon `json:"addons"`
	Encryption struct {
		KeyARN string `json:"keyARN,omitempty"`
	} `json:"encryption"`
	LogTypes           []string `json:"logTypes"`
	LogRetention       int      `json:"logRetention"`
	DeletionProtection bool     `json:"deletionProtection"`
	ServiceCIDR        string   `json:"serviceCIDR,omitempty"`
	SystemNodes        struct {
		InstanceTypes []string `json:"instanceTypes"`
		Min           int      `json:"min"`
		Max           int      `json:"max"`
		Disk          Memory   `json:"disk"`
	} `json:"systemNodes"`
}

// Access is an IAM principal's access to the cluster. Policies maps the name of
// an EKS access policy to the namespaces it is limited to.
type Access struct {
	Principal string   `json:"principal"`
	Groups    []string `json:"groups"`
	Policies  map[string]struct {
		Namespaces []string `json:"namespaces"`
	} `json:"policies"`
}

// EKSAddon is an add-on that EKS manages.
type EKSAddon struct {
	Version       string          `json:"version,omitempty"`
	Configuration json.RawMessage `json:"configuration,omitempty"`
}

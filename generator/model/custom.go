package model

// Custom is a component that the user brings.
type Custom struct {
	Chart          string            `json:"chart"`
	Repository     string            `json:"repository,omitempty"`
	Version        string            `json:"version,omitempty"`
	Namespace      string            `json:"namespace"`
	Values         Values            `json:"values"`
	Scheduling     *Scheduling       `json:"scheduling,omitempty"`
	ServiceAccount string            `json:"serviceAccount,omitempty"`
	Buckets        map[string]string `json:"buckets"`
	Terraform      *TerraformCall    `json:"terraform,omitempty"`
}

// Upstream reports whether the chart comes from a chart repository, and not
// from a folder of the user's Git repository.
func (c Custom) Upstream() bool { return c.Repository != "" }

// Scheduling says where pods may run.
type Scheduling struct {
	NodePool      string   `json:"nodePool,omitempty"`
	Architecture  string   `json:"architecture,omitempty"`
	Capacity      string   `json:"capacity,omitempty"`
	Zones         []string `json:"zones"`
	Tolerations   []Taint  `json:"tolerations"`
	Interruptible bool     `json:"interruptible"`
}

// The ways to use a bucket.
const (
	Read      = "read"
	Write     = "write"
	ReadWrite = "read-write"
)

// TerraformCall is a call of a module in the user's Git repository.
type TerraformCall struct {
	Source string         `json:"source"`
	Inputs map[string]any `json:"inputs"`
}

// Bucket is an S3 bucket.
type Bucket struct {
	ExpireAfter Duration `json:"expireAfter,omitempty"`
	Versioning  bool     `json:"versioning"`
}

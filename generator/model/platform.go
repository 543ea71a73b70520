// Package model holds the typed platform: what the user wrote, defaults filled
// in, and every name that follows from it.
package model

import (
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
)

// A Platform is one environment, as schema/v1alpha1 describes it. Field
// documentation lives there; the fields here have the same names.
type Platform struct {
	Name       string     `json:"name"`
	Cloud      Cloud      `json:"cloud"`
	Repository Repository `json:"repository"`

	Network   *Network            `json:"network,omitempty"`
	Cluster   Cluster             `json:"cluster"`
	NodePools map[string]NodePool `json:"nodePools"`
	Karpenter Karpenter           `json:"karpenter"`
	Teams     map[string]Team     `json:"teams"`
	Addons    Addons              `json:"addons"`
	Custom    map[string]Custom   `json:"custom"`
	Buckets   map[string]Bucket   `json:"buckets"`

	// Positions finds where the user wrote a field.
	Positions Positions `json:"-"`
}

// Positions finds where the user wrote a field.
type Positions interface {
	// At returns the position of the value at path, a list of field names and
	// list indices such as "nodePools", "spark", "zones", "0". Where the user
	// wrote no such value, it is the position of the innermost enclosing value
	// that they did write.
	At(path ...string) diag.Position
}

// At returns where the user wrote the value at path. See [Positions].
func (p *Platform) At(path ...string) diag.Position {
	if p.Positions == nil {
		return diag.Position{}
	}
	return p.Positions.At(path...)
}

// Cloud says where the platform runs: exactly one field is set.
type Cloud struct {
	AWS   *AWS   `json:"aws,omitempty"`
	Local *Local `json:"local,omitempty"`
}

// AWS is an account and a region.
type AWS struct {
	Account     string            `json:"account"`
	Region      string            `json:"region"`
	Zones       []string          `json:"zones"`
	Partition   string            `json:"partition,omitempty"`
	Tags        map[string]string `json:"tags"`
	StateBucket string            `json:"stateBucket,omitempty"`
}

// Local is a kind cluster.
type Local struct{}

// Repository is the Git repository that Argo CD reads.
type Repository struct {
	URL      string `json:"url"`
	Revision string `json:"revision"`
}

// ARNPartition returns the partition, derived from the region where it is not set.
// Source: https://docs.aws.amazon.com/general/latest/gr/aws-arns-and-namespaces.html
func (a *AWS) ARNPartition() string {
	switch {
	case a.Partition != "":
		return a.Partition
	default:
		return RegionPartition(a.Region)
	}
}

// RegionPartition returns the partition that a region belongs to.
func RegionPartition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// ZoneNames returns the full names of the Availability Zones, in the user's order.
func (a *AWS) ZoneNames() []string { return a.ZoneNamesOf(a.Zones) }

// ZoneNamesOf returns the full names of the zones with the given letters.
func (a *AWS) ZoneNamesOf(letters []string) []string {
	names := make([]string, len(letters))
	for i, z := range letters {
		names[i] = a.Region + z
	}
	return names
}

// Values are what a chart is given, as the user wrote them in CUE.
type Values = map[string]any

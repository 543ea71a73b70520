// Package change says what a change of generated output means: which resources
// and fields differ between two artifact sets, and what a Terraform plan does.
package change

import "fmt"

// An Action is what happens to a resource or to one of its fields.
type Action string

const (
	Added   Action = "added"
	Changed Action = "changed"
	Removed Action = "removed"
)

// A Diff is what differs between two artifact sets, resource by resource.
// Formatting, comments, and the order of keys are no difference.
type Diff struct {
	Counts
	// Resources are sorted by area, address, file and action.
	Resources []Resource `json:"resources"`
}

// Counts are numbers of resources by what happens to them.
type Counts struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// IsZero reports whether nothing happens.
func (c Counts) IsZero() bool { return c == Counts{} }

// String formats c as "1 added, 2 changed, 0 removed".
func (c Counts) String() string {
	return fmt.Sprintf("%d added, %d changed, %d removed", c.Added, c.Changed, c.Removed)
}

func (c *Counts) count(a Action) {
	switch a {
	case Added:
		c.Added++
	case Changed:
		c.Changed++
	case Removed:
		c.Removed++
	}
}

// A Resource is something that the output describes and that differs: a block
// of a Terraform stack, a Kubernetes object, a component's chart values, or a
// file of any other kind.
type Resource struct {
	// Area is the folder that the resource belongs to: "terraform/<stack>", or
	// the first folder of its file, or "files" for a file outside of folders.
	Area string `json:"area"`
	// Address names the resource within its area: "module.eks",
	// "NodePool spark", "Application argocd/keda", "values keda", or the path of
	// a file. Equal addresses within an area differ in File.
	Address string `json:"address"`
	// Kind, Namespace and Name identify a Kubernetes object. For a Terraform
	// block Kind is its block type, such as "module", and Name its labels joined
	// by dots. For chart values Name is the component.
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	// File is relative to the environment's generated folder, as the side that
	// has the resource, or else the later one, has it.
	File   string `json:"file"`
	Action Action `json:"action"`
	// Fields are set for a changed resource, in the order of the document with
	// keys sorted.
	Fields []Field `json:"fields,omitempty"`
}

// A Field is one difference inside a changed resource.
type Field struct {
	// Path leads to the value: keys joined by dots, list items in brackets. An
	// item of a list of objects is named by what identifies it among its
	// siblings ("taints[dedicated]"), else by its index: in After, or in Before
	// when it was removed. A path that ends in "[*]" holds the identities of
	// items that both lists have, whose order changed. The path of the whole
	// resource is empty. A path goes on into strings that are JSON documents.
	Path   string `json:"path"`
	Action Action `json:"action"`
	// Before and After are decoded JSON with numbers as json.Number. Before is
	// nil for an added field, and After for a removed one.
	Before any `json:"before"`
	After  any `json:"after"`
}

// A Report holds the differences of several environments.
type Report struct {
	Environments []EnvironmentDiff `json:"environments"`
}

// An EnvironmentDiff is the difference of one environment.
type EnvironmentDiff struct {
	Name string `json:"name"`
	Diff *Diff  `json:"diff"`
}

// changed returns the environments that differ, and their counts in total.
func (r *Report) changed() (environments []EnvironmentDiff, total Counts) {
	for _, e := range r.Environments {
		if e.Diff.IsZero() {
			continue
		}
		environments = append(environments, e)
		total.Added += e.Diff.Added
		total.Changed += e.Diff.Changed
		total.Removed += e.Diff.Removed
	}
	return environments, total
}

// Total sums the report up in one line, such as
// "2 environments, 3 added, 1 changed, 0 removed", or "No changes." It counts
// the environments that differ.
func (r *Report) Total() string {
	environments, total := r.changed()
	if len(environments) == 0 {
		return noChanges
	}
	return count(len(environments), "environment") + ", " + total.String()
}

const noChanges = "No changes."

// count formats n with the noun in its number.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

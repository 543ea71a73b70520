package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var instanceTypes = Rule{
	Code:    "instance-types",
	Summary: "Every family, architecture and size of a node pool stands for instance types that EC2 has.",
	Reason: "Karpenter launches the intersection of what a pool lists. A Graviton family in an amd64 pool, a family without local disks in a pool that joins them, " +
		"or a size that no family has is silently left out; when nothing is left, pods stay pending without an error at the pool.",
	Sources: []string{
		"https://karpenter.sh/docs/reference/instance-types/",
		"https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html",
	},
	aws:   true,
	check: checkInstanceTypes,
}

func checkInstanceTypes(p *pass) {
	for _, name := range keys(p.NodePools) {
		pool := p.NodePools[name]
		for i, family := range pool.Families {
			p.checkFamily(pool, family, "nodePools", name, "families", strconv.Itoa(i))
		}
		if !knownFamilies(pool) {
			continue
		}
		for i, architecture := range pool.Architectures {
			if slices.ContainsFunc(familiesOf(pool), func(f instanceFamily) bool {
				return f.architecture == architecture || !slices.Contains(pool.Architectures, f.architecture) // reported there
			}) {
				continue
			}
			p.report(diag.Diagnostic{
				Summary: field("nodePools", name, "architectures") + " has " + architecture + ", which none of its families has",
				Found:   "families " + architecturesOf(pool.Families),
				Hint:    "remove " + architecture + ", or add a family such as " + example(architecture, pool),
				Related: []diag.Related{p.related("families", "nodePools", name, "families")},
			}, "nodePools", name, "architectures", strconv.Itoa(i))
		}
		for i, size := range pool.Sizes {
			if slices.ContainsFunc(familiesOf(pool), func(f instanceFamily) bool { return f.vCPUs[size] > 0 }) {
				continue
			}
			p.report(diag.Diagnostic{
				Summary: field("nodePools", name, "sizes") + " has " + size + ", which none of its families has",
				Found:   size,
				Allowed: "sizes " + strings.Join(sizesOf(familiesOf(pool)), ", "),
				Hint:    "remove it, or add a family that has it",
			}, "nodePools", name, "sizes", strconv.Itoa(i))
		}
	}
}

func (p *pass) checkFamily(pool model.NodePool, name string, path ...string) {
	f, ok := instanceFamilies()[name]
	switch {
	case !ok:
		p.report(diag.Diagnostic{
			Severity: diag.Warning, // AWS adds families all the time.
			Summary:  field(path...) + " is not an EC2 instance family that Lakewright knows",
			Found:    name,
			Hint:     didYouMean(name, keys(instanceFamilies()), "if EC2 has it, nothing is wrong: its instance types are not checked"),
		}, path...)
	case !slices.Contains(pool.Architectures, f.architecture):
		p.report(diag.Diagnostic{
			Summary: field(path...) + " is a family of another architecture than the pool's",
			Found:   name + ", which is " + f.architecture,
			Allowed: p.where("families of "+strings.Join(pool.Architectures, " and "), path[0], path[1], "architectures"),
			Hint:    "write architectures: [\"" + f.architecture + "\"], or a family such as " + example(pool.Architectures[0], pool),
		}, path...)
	case pool.LocalDisks && !f.localDisks:
		p.report(diag.Diagnostic{
			Summary: field(path...) + " has no NVMe instance storage to join into a volume",
			Found:   name,
			Allowed: p.where("families with local disks, since localDisks is true", path[0], path[1], "localDisks"),
			Hint:    didYouMean(name, siblingsWithDisks(f), "write a family such as "+example(f.architecture, pool)+", or localDisks: false"),
		}, path...)
	case f.smallest(pool) == 0:
		p.report(diag.Diagnostic{
			Summary: field(path...) + " has none of the pool's sizes",
			Found:   name + " with sizes " + strings.Join(pool.Sizes, ", "),
			Allowed: "sizes " + strings.Join(sizesOf([]instanceFamily{f}), ", "),
			Hint:    "remove the family, or add one of its sizes",
		}, path...)
	}
}

// siblingsWithDisks returns the families with local disks whose name extends a
// family's: m7gd for m7g.
func siblingsWithDisks(f instanceFamily) []string {
	var names []string
	for _, name := range keys(instanceFamilies()) {
		if strings.HasPrefix(name, f.name) && instanceFamilies()[name].localDisks {
			names = append(names, name)
		}
	}
	return names
}

// example names a family of an architecture that suits the pool.
func example(architecture string, pool model.NodePool) string {
	switch {
	case architecture == "arm64" && pool.LocalDisks:
		return "m7gd"
	case architecture == "arm64":
		return "m7g"
	case pool.LocalDisks:
		return "m6id"
	}
	return "m7i"
}

func architecturesOf(families []string) string {
	words := make([]string, len(families))
	for i, name := range families {
		words[i] = name + " (" + instanceFamilies()[name].architecture + ")"
	}
	return join(words)
}

// sizesOf returns the sizes that any of the families has, the smallest first.
func sizesOf(families []instanceFamily) []string {
	vCPUs := map[string]int64{}
	for _, f := range families {
		for size, n := range f.vCPUs {
			vCPUs[size] = n
		}
	}
	sizes := keys(vCPUs)
	slices.SortStableFunc(sizes, func(a, b string) int { return int(vCPUs[a] - vCPUs[b]) })
	return sizes
}

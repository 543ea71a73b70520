package check

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lakewright/lakewright/generator/model"
)

//go:embed families.txt
var familyTable string

// An instanceFamily is a family of EC2 instance types.
type instanceFamily struct {
	name         string
	architecture string
	localDisks   bool
	vCPUs        map[string]int64 // by size
}

// instanceFamilies returns the known families by name.
var instanceFamilies = sync.OnceValue(func() map[string]instanceFamily {
	families := map[string]instanceFamily{}
	for line := range strings.Lines(familyTable) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		f := instanceFamily{words[0], words[1], words[2] == "nvme", map[string]int64{}}
		for _, word := range words[3:] {
			size, vCPUs, own := strings.Cut(word, ":")
			f.vCPUs[size] = usualVCPUs(size)
			if own {
				f.vCPUs[size], _ = strconv.ParseInt(vCPUs, 10, 64)
			}
		}
		families[f.name] = f
	}
	return families
})

// usualVCPUs is how many vCPUs a size has in most families, 0 for bare metal
// of no stated size.
func usualVCPUs(size string) int64 {
	switch size {
	case "medium":
		return 1
	case "large":
		return 2
	case "xlarge":
		return 4
	}
	times, _, _ := strings.Cut(strings.TrimPrefix(size, "metal-"), "x")
	n, _ := strconv.ParseInt(times, 10, 64)
	return 4 * n
}

// familiesOf returns the families that a pool's nodes may be of: those written
// and known, or the usual ones.
func familiesOf(pool model.NodePool) []instanceFamily {
	known := instanceFamilies()
	var families []instanceFamily
	for _, name := range pool.Families {
		if f, ok := known[name]; ok {
			families = append(families, f)
		}
	}
	if len(pool.Families) == 0 {
		return usualFamilies()
	}
	return families
}

// usualFamilies returns the families of the categories c, m and r from the
// fifth generation on.
var usualFamilies = sync.OnceValue(func() []instanceFamily {
	var families []instanceFamily
	for _, name := range keys(instanceFamilies()) {
		generation := strings.TrimLeft(name, "cmr")
		if len(name)-len(generation) == 1 && generation[0] >= '5' && generation[0] <= '9' {
			families = append(families, instanceFamilies()[name])
		}
	}
	return families
})

// fits reports whether a pool admits nodes of a family.
func (f instanceFamily) fits(pool model.NodePool) bool {
	return slices.Contains(pool.Architectures, f.architecture) && (f.localDisks || !pool.LocalDisks) && f.smallest(pool) > 0
}

// smallest is the fewest vCPUs that a node of this family may have in the pool,
// 0 when the family has none of the pool's sizes.
func (f instanceFamily) smallest(pool model.NodePool) int64 {
	least := int64(0)
	for _, size := range pool.Sizes {
		if n := f.vCPUs[size]; n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// smallestNode is the fewest vCPUs that a node of the pool may have, 0 when no
// known instance type fits the pool.
func smallestNode(pool model.NodePool) int64 {
	least := int64(0)
	for _, f := range familiesOf(pool) {
		if n := f.smallest(pool); f.fits(pool) && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// knownFamily reports whether the pool's families are all in the table, so that
// what the table does not offer, AWS does not.
func knownFamilies(pool model.NodePool) bool {
	return len(familiesOf(pool)) >= len(pool.Families)
}

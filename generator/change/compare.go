package change

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/artifact"
)

// Compare returns what differs between the two sets. Files that are equal to the
// byte are not parsed. A file that does not parse as what its path says, on
// either side, is compared as text.
func Compare(before, after *artifact.Set) *Diff {
	olds, news := objects{}, objects{}
	paths := map[string]bool{}
	for _, set := range []*artifact.Set{before, after} {
		for _, f := range set.Files() {
			paths[f.Path] = true
		}
	}
	for _, path := range sortedKeys(paths) {
		old, inBefore := before.Get(path)
		new, inAfter := after.Get(path)
		if inBefore && inAfter && bytes.Equal(old, new) {
			continue
		}
		a, errBefore := parse(path, old, inBefore)
		b, errAfter := parse(path, new, inAfter)
		if errBefore != nil || errAfter != nil {
			a, b = parseText(path, old, inBefore), parseText(path, new, inAfter)
		}
		olds.add(a)
		news.add(b)
	}

	d := &Diff{Resources: []Resource{}}
	add := func(r Resource, action Action, fields []Field) {
		r.Action, r.Fields = action, fields
		d.count(action)
		d.Resources = append(d.Resources, r)
	}
	for id, new := range news {
		if old, ok := olds[id]; !ok {
			add(new.Resource, Added, nil)
		} else if fields := compareValues("", old.value, new.value); len(fields) > 0 {
			add(new.Resource, Changed, fields)
		}
	}
	for id, old := range olds {
		if _, ok := news[id]; !ok {
			add(old.Resource, Removed, nil)
		}
	}
	slices.SortFunc(d.Resources, func(a, b Resource) int {
		return cmp.Or(
			strings.Compare(a.Area, b.Area),
			strings.Compare(a.Address, b.Address),
			strings.Compare(a.File, b.File),
			strings.Compare(string(a.Action), string(b.Action)),
		)
	})
	return d
}

// An object is a resource of one set with all that the set says about it.
type object struct {
	Resource
	id    identity
	value any // decoded JSON
}

// An identity tells which objects of two sets are the same.
type identity struct {
	area, address string
	// group is the API group of a Kubernetes object.
	group string
	// file is empty for Terraform, where a block may move between the files of
	// its stack.
	file string
	// n tells apart objects that a set describes more than once.
	n int
}

type objects map[identity]object

// add takes the objects of a file. Those that the set has already, which a
// deployment would refuse, are numbered from 2.
func (s objects) add(file []object) {
	for _, o := range file {
		address := o.Address
		for n := 1; ; n++ {
			if n > 1 {
				o.id.n, o.Address = n, fmt.Sprintf("%s #%d", address, n)
			}
			if _, ok := s[o.id]; !ok {
				break
			}
		}
		s[o.id] = o
	}
}

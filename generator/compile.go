package generator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/component"
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// A Compiled is what an environment compiles to, before it is written as files.
type Compiled struct {
	// Stacks are in the order in which they are applied.
	Stacks []terraform.Stack
	// Applications are in the order in which Argo CD syncs them.
	Applications []argocd.Application
	Projects     []argocd.Project
	// Policies are those of [component.Output].
	Policies map[string][]byte
}

// compile turns a platform that check has accepted into what runs it.
func compile(p *model.Platform) (*Compiled, error) {
	outs := make([]component.Output, len(component.All))
	for i, compile := range component.All {
		outs[i] = compile(p)
	}
	return compose(p, outs)
}

// compose makes one of what components add. It is an error when two claim one
// namespace, module, output or policy.
func compose(p *model.Platform, outs []component.Output) (*Compiled, error) {
	c := &Compiled{Policies: map[string][]byte{}}
	var (
		namespaces    []component.Namespace
		platformKinds []metav1.GroupKind
		err           error
	)
	for _, out := range outs {
		namespaces = append(namespaces, out.Namespaces...)
		platformKinds = append(platformKinds, out.PlatformKinds...)
		c.Applications = append(c.Applications, out.Applications...)
		for _, path := range slices.Sorted(maps.Keys(out.Policies)) {
			if _, ok := c.Policies[path]; ok {
				return nil, fmt.Errorf("two components write the policy %s", path)
			}
			c.Policies[path] = out.Policies[path]
		}
	}
	if len(namespaces) > 0 {
		app, err := component.Namespaces(namespaces)
		if err != nil {
			return nil, err
		}
		c.Applications = append(c.Applications, app)
	}
	slices.SortStableFunc(c.Applications, func(a, b argocd.Application) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(a.Name, b.Name))
	})
	if c.Projects, err = projectsOf(p, c.Applications, platformKinds); err != nil {
		return nil, err
	}
	c.Stacks, err = stacksOf(p, outs)
	return c, err
}

package check

import (
	"slices"

	"github.com/lakewright/lakewright/generator/diag"
)

var namespaceOwner = Rule{
	Code:    "namespace-owner",
	Summary: "A component runs in a namespace that a team owns.",
	Reason: "A team's Argo CD project admits its own namespaces and no others. " +
		"A component elsewhere is a namespace that nobody authorised: Argo CD would refuse to sync it, and nobody would be told when it breaks.",
	Sources: []string{"https://argo-cd.readthedocs.io/en/stable/user-guide/projects/"},
	check:   checkNamespaceOwner,
}

func checkNamespaceOwner(p *pass) {
	owned := p.teamNamespaces()
	for _, name := range p.components {
		namespace := p.Custom[name].Namespace
		if _, found := slices.BinarySearch(owned, namespace); found {
			continue
		}
		p.report(diag.Diagnostic{
			Summary: field("custom", name, "namespace") + " is not a team's namespace",
			Found:   namespace,
			Allowed: p.among("namespaces", owned, "teams"),
			Hint:    didYouMean(namespace, owned, "add it to a team's namespaces"),
		}, "custom", name, "namespace")
	}
}

// teamNamespaces returns the namespaces of every team, sorted.
func (p *pass) teamNamespaces() []string {
	var all []string
	for team := range p.Teams {
		all = append(all, p.TeamNamespaces(team)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

package component

import (
	"maps"
	"slices"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// custom are the components that users bring. Each is in its team's project.
// How a chart names its service account is the chart's own affair, so that the
// name that an IAM role is tied to, by default the component's, is not written
// into values: most charts take the release's name, which is the same.
func custom(p *model.Platform) Output {
	var calls []terraform.Module
	var apps []argocd.Application
	for _, name := range slices.Sorted(maps.Keys(p.Custom)) {
		c := p.Custom[name]
		team, _ := p.NamespaceTeam(c.Namespace) // check refuses one that no team owns
		calls = append(calls, customModules(p, name)...)
		apps = append(apps, argocd.Application{
			Name:      name,
			Namespace: c.Namespace,
			Project:   p.TeamProject(team),
			Wave:      waveCustom,
			Chart:     customChart(c),
			Values:    customValues(scheduling(p, c.Scheduling), c.Values),
			Path:      []string{"custom", name},
		})
	}
	return Output{
		Modules:      map[string][]terraform.Module{Data: calls},
		Applications: apps,
		Policies:     customPolicies(p),
	}
}

func customChart(c model.Custom) *argocd.Chart {
	if c.Upstream() {
		return &argocd.Chart{Repository: c.Repository, Name: c.Chart, Version: c.Version}
	}
	return &argocd.Chart{Path: c.Chart}
}

// customValues returns derived values with the user's on top. Tolerations add
// up: the user's do not take away those that their node pool needs.
func customValues(derived, values model.Values) model.Values {
	merged := merge(derived, values)
	own, ok := values["tolerations"].([]any)
	if needed, has := derived["tolerations"].([]any); ok && has {
		merged["tolerations"] = slices.Concat(needed, own)
	}
	return merged
}

package component

import (
	"maps"
	"slices"

	"github.com/lakewright/lakewright/generator/model"
)

// teamLabel tells on a namespace the team that it belongs to.
const teamLabel = "lakewright.dev/team"

// teams have namespaces, which their components run in.
func teams(p *model.Platform) Output {
	var out Output
	for _, team := range slices.Sorted(maps.Keys(p.Teams)) {
		for _, name := range p.TeamNamespaces(team) {
			out.Namespaces = append(out.Namespaces, Namespace{Name: name, Labels: map[string]string{teamLabel: team}})
		}
	}
	return out
}

package model

import "slices"

// Team is who owns namespaces and the Applications in them.
type Team struct {
	Namespaces []string `json:"namespaces"`
	Owners     []string `json:"owners"`
}

// TeamNamespaces returns the team's namespaces, sorted: those written, else one
// with the team's name.
func (p *Platform) TeamNamespaces(team string) []string {
	if ns := p.Teams[team].Namespaces; len(ns) > 0 {
		return sortedSet(ns)
	}
	return []string{team}
}

// NamespaceTeam returns the team that owns a namespace. With several claimants,
// which is an error that check reports, it is the first by name.
func (p *Platform) NamespaceTeam(namespace string) (team string, ok bool) {
	for candidate, t := range p.Teams {
		owns := slices.Contains(t.Namespaces, namespace) || len(t.Namespaces) == 0 && candidate == namespace
		if owns && (!ok || candidate < team) {
			team, ok = candidate, true
		}
	}
	return team, ok
}

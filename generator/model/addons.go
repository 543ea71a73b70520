package model

import (
	"slices"
	"strings"
)

// Addons are the upstream components; one that is nil is not installed.
type Addons struct {
	KEDA                      *Addon           `json:"keda,omitempty"`
	ExternalSecrets           *ExternalSecrets `json:"external-secrets,omitempty"`
	CertManager               *CertManager     `json:"cert-manager,omitempty"`
	AWSLoadBalancerController *Addon           `json:"aws-load-balancer-controller,omitempty"`
	MetricsServer             *Addon           `json:"metrics-server,omitempty"`
}

// Addon is what every add-on has: its chart's version, and values over those
// that its component sets.
type Addon struct {
	Version string `json:"version"`
	Values  Values `json:"values"`
}

// ExternalSecrets is the External Secrets Operator.
type ExternalSecrets struct {
	Addon
	Prefixes []string `json:"prefixes"`
}

// CertManager is cert-manager.
type CertManager struct {
	Addon
	HostedZones []string `json:"hostedZones"`
}

// A NamedAddon is an add-on that the user wrote, with what every output says of
// it alike.
type NamedAddon struct {
	// Name is the field below addons, the Application's name, and the name of
	// the service account of the pods that call AWS.
	Name string
	// Namespace is where it runs: one of its own, or the system's for what
	// belongs to the cluster itself.
	Namespace string
	Addon
	// Role says that its pods call AWS, with the role [Platform.AddonRole].
	Role bool
	// AWSOnly says that local clusters leave it out.
	AWSOnly bool
	// Lists are the lists that it alone has, by field.
	Lists map[string][]string
}

// WrittenAddons returns the add-ons that the user wrote, sorted by name.
func (p *Platform) WrittenAddons() []NamedAddon {
	var all []NamedAddon
	if a := p.Addons.AWSLoadBalancerController; a != nil {
		all = append(all, NamedAddon{Name: "aws-load-balancer-controller", Namespace: SystemNamespace, Addon: *a, Role: true, AWSOnly: true})
	}
	if a := p.Addons.CertManager; a != nil {
		all = append(all, NamedAddon{
			Name: "cert-manager", Namespace: "cert-manager", Addon: a.Addon,
			Role: len(a.HostedZones) > 0, Lists: map[string][]string{"hostedZones": a.HostedZones},
		})
	}
	if a := p.Addons.ExternalSecrets; a != nil {
		all = append(all, NamedAddon{
			Name: "external-secrets", Namespace: "external-secrets", Addon: a.Addon,
			Role: true, Lists: map[string][]string{"prefixes": a.Prefixes},
		})
	}
	if a := p.Addons.KEDA; a != nil {
		all = append(all, NamedAddon{Name: "keda", Namespace: "keda", Addon: *a})
	}
	if a := p.Addons.MetricsServer; a != nil {
		all = append(all, NamedAddon{Name: "metrics-server", Namespace: SystemNamespace, Addon: *a})
	}
	slices.SortFunc(all, func(a, b NamedAddon) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// InstalledAddons returns the add-ons that run here, sorted by name. On a local
// cluster none has a role.
func (p *Platform) InstalledAddons() []NamedAddon {
	var installed []NamedAddon
	for _, addon := range p.WrittenAddons() {
		if p.Cloud.AWS == nil {
			if addon.AWSOnly {
				continue
			}
			addon.Role = false
		}
		installed = append(installed, addon)
	}
	return installed
}

// InstalledAddon returns the add-on of a name, if it runs here.
func (p *Platform) InstalledAddon(name string) (addon NamedAddon, ok bool) {
	for _, addon := range p.InstalledAddons() {
		if addon.Name == name {
			return addon, true
		}
	}
	return NamedAddon{}, false
}

package model

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

// WithRole returns the names of the installed add-ons whose pods call AWS, sorted.
func (a Addons) WithRole() []string {
	var names []string
	if a.AWSLoadBalancerController != nil {
		names = append(names, "aws-load-balancer-controller")
	}
	if a.CertManager != nil && len(a.CertManager.HostedZones) > 0 {
		names = append(names, "cert-manager")
	}
	if a.ExternalSecrets != nil {
		names = append(names, "external-secrets")
	}
	return names
}

// InstalledAddons returns the names of the add-ons that run here, sorted. Local
// clusters have no load balancers of AWS.
func (p *Platform) InstalledAddons() []string {
	var names []string
	if p.Addons.AWSLoadBalancerController != nil && p.Cloud.AWS != nil {
		names = append(names, "aws-load-balancer-controller")
	}
	if p.Addons.CertManager != nil {
		names = append(names, "cert-manager")
	}
	if p.Addons.ExternalSecrets != nil {
		names = append(names, "external-secrets")
	}
	if p.Addons.KEDA != nil {
		names = append(names, "keda")
	}
	if p.Addons.MetricsServer != nil {
		names = append(names, "metrics-server")
	}
	return names
}

// AddonNamespace returns the namespace that an add-on runs in: one of its own,
// or the system's for what belongs to the cluster itself.
func AddonNamespace(addon string) string {
	switch addon {
	case "aws-load-balancer-controller", "metrics-server":
		return SystemNamespace
	default:
		return addon
	}
}

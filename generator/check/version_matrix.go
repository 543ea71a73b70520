package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
)

var versionMatrix = Rule{
	Code:    "version-matrix",
	Summary: "Karpenter and the add-ons are of versions that run on the cluster's Kubernetes.",
	Reason: "Karpenter names the oldest version that works with each Kubernetes version, and an older one is an error. " +
		"KEDA, External Secrets Operator and cert-manager name the Kubernetes versions that each release is tested with; outside of them is a warning. " +
		"AWS Load Balancer Controller (Kubernetes 1.22 and later) and metrics-server (1.31 and later, from 0.8) bound no version that can be chosen here.",
	Sources: []string{
		"https://karpenter.sh/docs/upgrading/compatibility/",
		"https://keda.sh/docs/2.21/operate/cluster/#kubernetes-compatibility",
		"https://external-secrets.io/latest/introduction/stability-support/",
		"https://cert-manager.io/docs/releases/",
		"https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/",
		"https://github.com/kubernetes-sigs/metrics-server#compatibility-matrix",
	},
	check: checkVersionMatrix,
}

// karpenterSince maps Kubernetes' minor version 1.x to the oldest Karpenter 1.x
// that supports it.
// Source: https://karpenter.sh/docs/upgrading/compatibility/
var karpenterSince = map[int]int{33: 5, 34: 6, 35: 9, 36: 13}

// A testedRange is the Kubernetes versions, 1.from to 1.to, that a release of
// an add-on is tested with.
type testedRange struct {
	release  string // major.minor
	from, to int
}

// testedWith lists the add-ons' releases, the newest first. Their charts have the
// versions of what they install.
var testedWith = map[string][]testedRange{
	// Source: https://keda.sh/docs/2.21/operate/cluster/#kubernetes-compatibility
	"keda": {
		{"2.21", 34, 36}, {"2.20", 33, 35}, {"2.19", 32, 34}, {"2.18", 31, 33}, {"2.17", 30, 32}, {"2.16", 29, 31},
	},
	// Source: https://external-secrets.io/latest/introduction/stability-support/
	"external-secrets": {
		{"2.7", 35, 35}, {"2.6", 34, 35}, {"2.5", 34, 35}, {"2.4", 34, 35}, {"2.3", 34, 35}, {"2.2", 34, 35}, {"2.1", 34, 35}, {"2.0", 34, 35},
		{"1.3", 34, 34}, {"1.2", 34, 34}, {"1.1", 34, 34}, {"1.0", 34, 34},
		{"0.20", 34, 34}, {"0.19", 33, 33}, {"0.18", 33, 33}, {"0.17", 33, 33}, {"0.16", 32, 32},
	},
	// Source: https://cert-manager.io/docs/releases/
	"cert-manager": {
		{"1.21", 33, 36}, {"1.20", 32, 35}, {"1.19", 31, 35}, {"1.18", 29, 33}, {"1.17", 29, 33}, {"1.16", 25, 32},
	},
}

func checkVersionMatrix(p *pass) {
	_, kubernetes := minor(p.Cluster.Version)
	cluster := []diag.Related{p.related("cluster version", "cluster", "version")}

	major, karpenter := minor(p.Karpenter.Version)
	if since := karpenterSince[kubernetes]; p.Cloud.AWS != nil && (major < 1 || major == 1 && karpenter < since) {
		p.report(diag.Diagnostic{
			Summary: "karpenter.version does not support Kubernetes " + p.Cluster.Version,
			Found:   p.Karpenter.Version,
			Allowed: fmt.Sprintf("1.%d or later", since),
			Hint:    "raise karpenter.version before the cluster's",
			Related: cluster,
		}, "karpenter", "version")
	}

	for _, addon := range p.WrittenAddons() {
		for _, r := range testedWith[addon.Name] {
			if !strings.HasPrefix(addon.Version, r.release+".") || kubernetes >= r.from && kubernetes <= r.to {
				continue
			}
			p.report(diag.Diagnostic{
				Severity: diag.Warning,
				Summary:  field("addons", addon.Name, "version") + " is not tested with Kubernetes " + p.Cluster.Version,
				Found:    addon.Version,
				Allowed:  fmt.Sprintf("Kubernetes 1.%d to 1.%d", r.from, r.to),
				Hint:     testedRelease(addon.Name, kubernetes),
				Related:  cluster,
			}, "addons", addon.Name, "version")
		}
	}
}

// testedRelease is the hint that names the newest release tested with a
// Kubernetes version.
func testedRelease(addon string, kubernetes int) string {
	for _, r := range testedWith[addon] {
		if kubernetes >= r.from && kubernetes <= r.to {
			return fmt.Sprintf("%s %s is", addon, r.release)
		}
	}
	return fmt.Sprintf("no release of %s that Lakewright knows is", addon)
}

// minor returns the first two numbers of a version.
func minor(version string) (major, minor int) {
	words := strings.SplitN(version, ".", 3)
	major, _ = strconv.Atoi(words[0])
	if len(words) > 1 {
		minor, _ = strconv.Atoi(words[1])
	}
	return major, minor
}

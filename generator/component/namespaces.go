package component

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// teamLabel tells on a namespace the team that it belongs to.
const teamLabel = "lakewright.dev/team"

// podSecurity is the level of the Pod Security Standards that namespaces are
// held to. Every add-on's chart meets it.
// Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
const podSecurity = "restricted"

// namespaces are those of teams and add-ons. They have one Application of their
// own, since a namespace takes everything in it along: neither Git nor Argo CD
// ever removes one. Whoever wants a team's data gone deletes the namespace.
func namespaces(p *model.Platform) Output {
	var manifests []argocd.Object
	for _, addon := range p.InstalledAddons() {
		if name := model.AddonNamespace(addon); name != model.SystemNamespace {
			manifests = append(manifests, namespace(name, nil))
		}
	}
	for _, team := range slices.Sorted(maps.Keys(p.Teams)) {
		for _, name := range p.TeamNamespaces(team) {
			manifests = append(manifests, namespace(name, map[string]string{teamLabel: team}))
		}
	}
	if len(manifests) == 0 {
		return Output{}
	}
	slices.SortFunc(manifests, func(a, b argocd.Object) int { return strings.Compare(a.GetName(), b.GetName()) })
	return Output{Applications: []argocd.Application{{
		Name:         "namespaces",
		Namespace:    model.SystemNamespace,
		Project:      model.PlatformProject,
		Wave:         waveNamespaces,
		Manifests:    manifests,
		Keep:         true,
		ClusterKinds: []metav1.GroupKind{kind(corev1.GroupName, "Namespace")},
		Source:       p.At("name").File,
	}}}
}

func namespace(name string, labels map[string]string) *corev1.Namespace {
	ns := &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Annotations: map[string]string{
				// One that is no longer described is not out of sync either.
				"argocd.argoproj.io/compare-options": "IgnoreExtraneous",
				"argocd.argoproj.io/sync-options":    "Prune=false,Delete=false",
			},
			Labels: map[string]string{},
		},
	}
	maps.Copy(ns.Labels, labels)
	for _, mode := range []string{"audit", "enforce", "warn"} {
		ns.Labels["pod-security.kubernetes.io/"+mode] = podSecurity
	}
	return ns
}

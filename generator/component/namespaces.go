package component

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// A Namespace is one that a component needs.
type Namespace struct {
	Name   string
	Labels map[string]string
	// PodSecurity is the level of the Pod Security Standards that its pods are
	// held to: privileged, baseline or, where it is empty, restricted.
	// Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
	PodSecurity string
}

// Namespaces returns the Application of all namespaces. They have one of their
// own, since a namespace takes everything in it along: neither Git nor Argo CD
// ever removes one. Whoever wants a team's data gone deletes the namespace. It
// is an error when two are the same.
func Namespaces(all []Namespace) (argocd.Application, error) {
	all = slices.SortedFunc(slices.Values(all), func(a, b Namespace) int { return strings.Compare(a.Name, b.Name) })
	app := argocd.Application{
		Name:         "namespaces",
		Namespace:    model.SystemNamespace,
		Project:      model.PlatformProject,
		Wave:         waveNamespaces,
		Keep:         true,
		ClusterKinds: []metav1.GroupKind{kind(corev1.GroupName, "Namespace")},
		Path:         []string{"name"},
	}
	for i, n := range all {
		if i > 0 && all[i-1].Name == n.Name {
			return argocd.Application{}, fmt.Errorf("two components make the namespace %s", n.Name)
		}
		app.Manifests = append(app.Manifests, n.object())
	}
	return app, nil
}

func (n Namespace) object() *corev1.Namespace {
	labels := map[string]string{}
	maps.Copy(labels, n.Labels)
	for _, mode := range []string{"audit", "enforce", "warn"} {
		labels["pod-security.kubernetes.io/"+mode] = cmp.Or(n.PodSecurity, "restricted")
	}
	return &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name: n.Name,
			Annotations: map[string]string{
				// One that is no longer described is not out of sync either.
				"argocd.argoproj.io/compare-options": "IgnoreExtraneous",
				"argocd.argoproj.io/sync-options":    "Prune=false,Delete=false",
			},
			Labels: labels,
		},
	}
}

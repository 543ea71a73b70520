package component

import (
	"maps"
	"slices"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// quotas are the kinds of a namespace that bound what a team may use, which is
// not the team's to say.
var quotas = []metav1.GroupKind{kind(corev1.GroupName, "LimitRange"), kind(corev1.GroupName, "ResourceQuota")}

// projects returns the Argo CD projects with the narrowest lists that the
// Applications in them can do with: one of the root Application alone, which
// makes projects and Applications and nothing else; one of the platform; and
// one a team, also where it has no component yet.
func projects(p *model.Platform, apps []argocd.Application) []argocd.Project {
	root := argocd.Project{
		Name:        model.RootProject,
		Description: "The Application of all others.",
		Sources:     []string{p.Repository.URL},
		Namespaces:  []string{model.ArgoCDNamespace},
		Kinds: []metav1.GroupKind{
			kind(v1alpha1.SchemeGroupVersion.Group, v1alpha1.ApplicationSchemaGroupVersionKind.Kind),
			kind(v1alpha1.SchemeGroupVersion.Group, v1alpha1.AppProjectSchemaGroupVersionKind.Kind),
		},
	}
	platform := argocd.Project{
		Name:        model.PlatformProject,
		Description: "What every team builds on.",
		Sources:     []string{p.Repository.URL},
	}
	teams := map[string]*argocd.Project{}
	for _, team := range slices.Sorted(maps.Keys(p.Teams)) {
		teams[p.TeamProject(team)] = &argocd.Project{
			Name:          p.TeamProject(team),
			Description:   "What the team " + team + " runs.",
			Sources:       []string{p.Repository.URL},
			Namespaces:    p.TeamNamespaces(team),
			DeniedKinds:   quotas,
			Members:       p.Teams[team].Owners,
			WarnOfOrphans: true,
		}
	}
	for _, app := range apps {
		project := &platform
		if app.Project != model.PlatformProject {
			project = teams[app.Project]
		} else {
			project.Namespaces = append(append(project.Namespaces, app.Namespace), app.OtherNamespaces...)
			project.ClusterKinds = append(project.ClusterKinds, app.ClusterKinds...)
		}
		if app.Chart != nil && app.Chart.Repository != "" {
			project.Sources = append(project.Sources, app.Chart.RepositoryURL())
		}
	}
	all := []argocd.Project{root, platform}
	for _, name := range slices.Sorted(maps.Keys(teams)) {
		all = append(all, *teams[name])
	}
	return all
}

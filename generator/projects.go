package generator

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// quotas are the kinds of a namespace that bound what a team may use, which is
// not the team's to say.
var quotas = []metav1.GroupKind{
	{Group: corev1.GroupName, Kind: "LimitRange"},
	{Group: corev1.GroupName, Kind: "ResourceQuota"},
}

// projectsOf returns the Argo CD projects with the narrowest lists that the
// Applications in them can do with: one of the root Application alone, which
// makes what is beside it and nothing else; one of the platform; and one a team,
// also where it has no component yet. Teams have neither quotas nor
// platformKinds. It is an error when an Application is in a project that nobody
// describes.
func projectsOf(p *model.Platform, apps []argocd.Application, platformKinds []metav1.GroupKind) ([]argocd.Project, error) {
	all := []argocd.Project{
		{
			Name:        model.RootProject,
			Description: "The Application of all others.",
			Namespaces:  []string{model.ArgoCDNamespace},
		},
		{
			Name:        model.PlatformProject,
			Description: "What every team builds on.",
		},
	}
	for _, team := range slices.Sorted(maps.Keys(p.Teams)) {
		all = append(all, argocd.Project{
			Name:          p.TeamProject(team),
			Description:   "What the team " + team + " runs.",
			Namespaces:    p.TeamNamespaces(team),
			DeniedKinds:   slices.Concat(quotas, platformKinds),
			Members:       p.Teams[team].Owners,
			WarnOfOrphans: true,
		})
	}
	byName := make(map[string]*argocd.Project, len(all))
	root := &all[0]
	for i := range all {
		all[i].Sources = []string{p.Repository.URL}
		byName[all[i].Name] = &all[i]
		root.Kinds = append(root.Kinds, all[i].GroupKind())
	}
	for _, app := range apps {
		project := byName[app.Project]
		if project == nil {
			return nil, fmt.Errorf("the Application %s is in the project %q, which nobody describes", app.Name, app.Project)
		}
		root.Kinds = append(root.Kinds, app.GroupKind())
		if app.Project == model.PlatformProject {
			project.Namespaces = append(append(project.Namespaces, app.Namespace), app.OtherNamespaces...)
			project.ClusterKinds = append(project.ClusterKinds, app.ClusterKinds...)
		}
		if app.Chart != nil && app.Chart.Repository != "" {
			project.Sources = append(project.Sources, app.Chart.RepositoryURL())
		}
	}
	return all, nil
}

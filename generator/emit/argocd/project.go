package argocd

import (
	"bytes"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/artifact"
)

// projectsWave puts projects before every Application, which need theirs.
const projectsWave = "-100"

// memberRole is the role of a project's members.
const memberRole = "member"

// Projects returns the projects in one file, argocd/projects.yaml, in the order
// of their names, below header.
func Projects(projects []Project, header string) (artifact.File, error) {
	projects = slices.SortedFunc(slices.Values(projects), func(a, b Project) int { return strings.Compare(a.Name, b.Name) })
	var b bytes.Buffer
	for i, p := range projects {
		if i > 0 {
			b.WriteString("---\n")
			header = ""
		}
		content, err := document(header, p.project())
		if err != nil {
			return artifact.File{}, err
		}
		b.Write(content)
	}
	return artifact.File{Path: "argocd/projects.yaml", Content: b.Bytes()}, nil
}

// project returns the project as Argo CD has it. Its lists are sorted and
// without repetition, which Argo CD refuses.
func (p Project) project() *v1alpha1.AppProject {
	project := &v1alpha1.AppProject{
		TypeMeta: typeMeta("AppProject"),
		ObjectMeta: metav1.ObjectMeta{
			Name: p.Name, Namespace: namespace, Annotations: map[string]string{syncWave: projectsWave},
		},
		Spec: v1alpha1.AppProjectSpec{
			Description:                p.Description,
			SourceRepos:                set(p.Sources, strings.Compare),
			ClusterResourceWhitelist:   set(p.ClusterKinds, compareKinds),
			NamespaceResourceWhitelist: set(p.Kinds, compareKinds),
			NamespaceResourceBlacklist: set(p.DeniedKinds, compareKinds),
		},
	}
	for _, name := range set(p.Namespaces, strings.Compare) {
		project.Spec.Destinations = append(project.Spec.Destinations, v1alpha1.ApplicationDestination{Server: cluster, Namespace: name})
	}
	if len(p.Members) > 0 {
		project.Spec.Roles = []v1alpha1.ProjectRole{{
			Name:        memberRole,
			Description: "See and sync the project's Applications.",
			Groups:      set(p.Members, strings.Compare),
			Policies:    []string{p.allow("applications", "get"), p.allow("applications", "sync"), p.allow("logs", "get")},
		}}
	}
	if p.WarnOfOrphans {
		warn := true
		project.Spec.OrphanedResources = &v1alpha1.OrphanedResourcesMonitorSettings{Warn: &warn}
	}
	return project
}

// allow returns the policy by which members may do action on what a resource
// holds of the project. From Argo CD 3.0 on, whoever sees an Application sees its
// pods' logs only where a policy on logs says so.
// Sources:
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
// https://argo-cd.readthedocs.io/en/stable/operator-manual/upgrading/2.14-3.0/
func (p Project) allow(resource, action string) string {
	return "p, proj:" + p.Name + ":" + memberRole + ", " + resource + ", " + action + ", " + p.Name + "/*, allow"
}

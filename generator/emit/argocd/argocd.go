// Package argocd turns typed components into Argo CD Applications, AppProjects,
// chart values and plain manifests.
package argocd

import (
	"path"
	"strings"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// namespace holds Argo CD, its Applications and its AppProjects.
const namespace = "argocd"

// cluster is the address of the cluster that Argo CD itself runs in.
// Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters
const cluster = "https://kubernetes.default.svc"

// CustomResourceDefinition is the kind by which a chart brings other kinds.
var CustomResourceDefinition = metav1.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}

// A Repository is the Git repository in which Argo CD finds what is generated.
type Repository struct {
	URL string
	// Revision is the branch, tag or commit to follow.
	Revision string
	// Folder is the environment's generated folder, from the repository's root.
	Folder string
}

// source returns a folder of the repository as Argo CD reads it.
func (r Repository) source(folder string) v1alpha1.ApplicationSource {
	return v1alpha1.ApplicationSource{RepoURL: r.URL, TargetRevision: r.Revision, Path: folder}
}

// An Application is a component as Argo CD deploys it: a chart with values,
// plain manifests, or both.
type Application struct {
	// Name is the Application's and the Helm release's name.
	Name string
	// Namespace is where objects go that name none. It exists already.
	Namespace string
	Project   string
	// Wave orders Applications. A wave starts when the one before is healthy,
	// provided that Argo CD is told how healthy an Application is, which from
	// 1.8 on it is not by default; without that, retries do what is left.
	// Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app
	Wave int
	// Chart is nil when the Application has manifests alone.
	Chart  *Chart
	Values map[string]any
	// Manifests are emitted under manifests/<name>/.
	Manifests []Object
	// Keep says that everything stays in the cluster when the Application goes.
	// All others take what they made with them, but for custom resource
	// definitions, which Argo CD never deletes with an Application, claims that
	// a StatefulSet made, and whatever is annotated with
	// "helm.sh/resource-policy: keep".
	// Source: shouldBeDeleted in
	// https://github.com/argoproj/argo-cd/blob/v3.2.6/controller/appcontroller.go
	Keep bool
	// IgnoreDifferences are fields that something in the cluster, or the chart
	// at every rendering, sets anew. They are left as they are, by syncs too.
	IgnoreDifferences []v1alpha1.ResourceIgnoreDifferences
	// ClusterKinds are the cluster-scoped kinds that it has, and
	// OtherNamespaces the namespaces beside its own: what its project allows.
	ClusterKinds    []metav1.GroupKind
	OtherNamespaces []string
	// Path is the field of the platform that describes the component, such as
	// custom, order-api. What the user wrote of Values is in its field values.
	Path []string
}

// GroupKind returns the kind of an Application, as Argo CD has it.
func (Application) GroupKind() metav1.GroupKind { return ownKind("Application") }

// A Chart is where a Helm chart comes from.
type Chart struct {
	// Repository is a Helm chart repository, https:// or oci://. It is empty
	// when Path is set.
	Repository string
	Name       string
	Version    string
	// Path is the chart's folder in the user's Git repository.
	Path string
}

// RepositoryURL returns the chart's repository as Argo CD names it: a registry
// goes without its scheme, which tells Argo CD that it is one.
// Source: IsHelmOciRepo in
// https://github.com/argoproj/argo-cd/blob/v3.2.6/util/helm/client.go
func (c Chart) RepositoryURL() string { return strings.TrimPrefix(c.Repository, "oci://") }

// An Object is a Kubernetes object that says its kind and name.
type Object interface {
	metav1.Object
	GetObjectKind() schema.ObjectKind
}

// A Project is an AppProject: what the Applications in it may do.
type Project struct {
	Name        string
	Description string
	// Sources are the Git repositories, chart repositories and registries that
	// its Applications come from, as [Chart.RepositoryURL] writes them.
	Sources []string
	// Namespaces are those of the cluster that they deploy to.
	Namespaces []string
	// ClusterKinds are the cluster-scoped kinds that they have.
	ClusterKinds []metav1.GroupKind
	// Kinds are the only namespaced kinds that they have, where there are any,
	// and DeniedKinds those that they do not.
	Kinds       []metav1.GroupKind
	DeniedKinds []metav1.GroupKind
	// Members are groups of the single sign-on that may see and sync them.
	Members []string
	// WarnOfOrphans says that Argo CD tells of objects in the namespaces that
	// no Application has.
	WarnOfOrphans bool
}

// GroupKind returns the kind of a project, as Argo CD has it.
func (Project) GroupKind() metav1.GroupKind { return ownKind("AppProject") }

// ownKind returns one of Argo CD's own kinds.
func ownKind(kind string) metav1.GroupKind {
	return metav1.GroupKind{Group: v1alpha1.SchemeGroupVersion.Group, Kind: kind}
}

// typeMeta returns the type of one of Argo CD's own kinds.
func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.SchemeGroupVersion.String(), Kind: kind}
}

// path returns the path of a file of the environment from the repository's root.
func (r Repository) path(elem ...string) string {
	return path.Join(append([]string{r.Folder}, elem...)...)
}

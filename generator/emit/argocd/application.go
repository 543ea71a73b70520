package argocd

import (
	"slices"
	"strconv"
	"strings"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/lakewright/lakewright/generator/artifact"
)

const (
	valuesFolder    = "values"
	manifestsFolder = "manifests"
	// valuesRef is the name under which an upstream chart's Application knows
	// the Git repository that its values come from.
	valuesRef = "values"

	syncWave = "argocd.argoproj.io/sync-wave"
)

// Files returns the Application itself, the values of its chart and its
// manifests, each below header. It is an error when an object has a form that
// YAML has not.
func (a Application) Files(r Repository, header string) ([]artifact.File, error) {
	var files []artifact.File
	add := func(path string, value any) error {
		content, err := document(header, value)
		files = append(files, artifact.File{Path: path, Content: content})
		return err
	}
	if err := add("argocd/"+a.Name+".yaml", a.application(r)); err != nil {
		return nil, err
	}
	if a.Chart != nil {
		values := a.Values
		if values == nil {
			values = map[string]any{}
		}
		if err := add(valuesFolder+"/"+a.Name+".yaml", values); err != nil {
			return nil, err
		}
	}
	for _, object := range a.Manifests {
		kind := strings.ToLower(object.GetObjectKind().GroupVersionKind().Kind)
		if err := add(manifestsFolder+"/"+a.Name+"/"+kind+"-"+object.GetName()+".yaml", object); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// application returns the Application as Argo CD has it.
func (a Application) application(r Repository) *v1alpha1.Application {
	app := &v1alpha1.Application{
		TypeMeta: typeMeta("Application"),
		ObjectMeta: metav1.ObjectMeta{
			Name: a.Name, Namespace: namespace, Annotations: map[string]string{syncWave: strconv.Itoa(a.Wave)},
		},
		Spec: v1alpha1.ApplicationSpec{
			Project:           a.Project,
			Destination:       v1alpha1.ApplicationDestination{Server: cluster, Namespace: a.Namespace},
			SyncPolicy:        syncPolicy(),
			IgnoreDifferences: a.IgnoreDifferences,
		},
	}
	if !a.Keep {
		app.Finalizers = []string{v1alpha1.ResourcesFinalizerName}
	}
	if slices.Contains(a.ClusterKinds, CustomResourceDefinition) {
		// Definitions go after everything that may still be of their kind.
		app.Spec.SyncPolicy.SyncOptions = app.Spec.SyncPolicy.SyncOptions.AddOption("PruneLast=true")
	}
	if len(a.IgnoreDifferences) > 0 {
		app.Spec.SyncPolicy.SyncOptions = app.Spec.SyncPolicy.SyncOptions.AddOption("RespectIgnoreDifferences=true")
	}
	if sources := a.sources(r); len(sources) == 1 {
		app.Spec.Source = &sources[0]
	} else {
		app.Spec.Sources = sources
	}
	return app
}

// sources returns the chart and the folder of manifests. An upstream chart
// takes its values from the Git repository by reference; the folder of
// manifests then comes with the same source.
// Source: https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/#helm-value-files-from-external-git-repository
func (a Application) sources(r Repository) v1alpha1.ApplicationSources {
	var manifests string
	if len(a.Manifests) > 0 {
		manifests = r.path(manifestsFolder, a.Name)
	}
	valueFile := "/" + r.path(valuesFolder, a.Name+".yaml")
	switch {
	case a.Chart == nil:
		return v1alpha1.ApplicationSources{r.source(manifests)}
	case a.Chart.Path != "":
		// Argo CD takes a leading slash for the root of the repository.
		chart := r.source(a.Chart.Path)
		chart.Helm = &v1alpha1.ApplicationSourceHelm{ReleaseName: a.Name, ValueFiles: []string{valueFile}}
		if manifests == "" {
			return v1alpha1.ApplicationSources{chart}
		}
		return v1alpha1.ApplicationSources{chart, r.source(manifests)}
	default:
		repository := r.source(manifests)
		repository.Ref = valuesRef
		return v1alpha1.ApplicationSources{{
			RepoURL:        a.Chart.RepositoryURL(),
			Chart:          a.Chart.Name,
			TargetRevision: a.Chart.Version,
			Helm:           &v1alpha1.ApplicationSourceHelm{ReleaseName: a.Name, ValueFiles: []string{"$" + valuesRef + valueFile}},
		}, repository}
	}
}

// Root returns the Application of all others, at argocd/root.yaml. It has no
// finalizer: when it is deleted, the others stay and go on. It follows the
// projects and Applications beside its own file, in the project named.
func Root(r Repository, name, project, header string) (artifact.File, error) {
	const file = "root.yaml"
	folder := r.source(r.path("argocd"))
	folder.Directory = &v1alpha1.ApplicationSourceDirectory{Exclude: file}
	app := &v1alpha1.Application{
		TypeMeta:   typeMeta("Application"),
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: v1alpha1.ApplicationSpec{
			Project:     project,
			Source:      &folder,
			Destination: v1alpha1.ApplicationDestination{Server: cluster, Namespace: namespace},
			SyncPolicy:  syncPolicy(),
		},
	}
	// With many Applications, only those that changed are sent to the API server.
	app.Spec.SyncPolicy.SyncOptions = app.Spec.SyncPolicy.SyncOptions.AddOption("ApplyOutOfSyncOnly=true")
	content, err := document(header, app)
	return artifact.File{Path: "argocd/" + file, Content: content}, err
}

// syncPolicy follows Git without anybody's help. Five tries take eight minutes,
// enough for a webhook or a definition that another Application brings, and few
// enough that a mended commit does not wait long: Argo CD tries the revision it
// began with.
func syncPolicy() *v1alpha1.SyncPolicy {
	factor := int64(2)
	return &v1alpha1.SyncPolicy{
		Automated:   &v1alpha1.SyncPolicyAutomated{Prune: true, SelfHeal: true},
		SyncOptions: v1alpha1.SyncOptions{"ServerSideApply=true"},
		Retry: &v1alpha1.RetryStrategy{
			Limit:   5,
			Backoff: &v1alpha1.Backoff{Duration: "15s", Factor: &factor, MaxDuration: "5m"},
		},
	}
}

package argocd

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/artifact"
)

var repository = Repository{URL: "https://git.example.com/platform.git", Revision: "main", Folder: "environments/prod/generated"}

var namespaceObject = &corev1.Namespace{
	TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
	ObjectMeta: metav1.ObjectMeta{Name: "ads"},
}

// TestSources is a table of where Argo CD is told to look.
func TestSources(t *testing.T) {
	const (
		generated = "environments/prod/generated/"
		values    = generated + "values/orders.yaml"
	)
	git := func(path string) v1alpha1.ApplicationSource {
		return v1alpha1.ApplicationSource{RepoURL: repository.URL, TargetRevision: "main", Path: path}
	}
	helm := func(source v1alpha1.ApplicationSource, valueFile string) v1alpha1.ApplicationSource {
		source.Helm = &v1alpha1.ApplicationSourceHelm{ReleaseName: "orders", ValueFiles: []string{valueFile}}
		return source
	}
	reference := func(path string) v1alpha1.ApplicationSource {
		source := git(path)
		source.Ref = "values"
		return source
	}
	upstream := func(url string) v1alpha1.ApplicationSource {
		return v1alpha1.ApplicationSource{RepoURL: url, Chart: "podinfo", TargetRevision: "6.9.2"}
	}
	tests := map[string]struct {
		app   Application
		want  v1alpha1.ApplicationSources
		files []string
	}{
		"manifests": {
			Application{Manifests: []Object{namespaceObject}},
			v1alpha1.ApplicationSources{git(generated + "manifests/orders")},
			[]string{"argocd/orders.yaml", "manifests/orders/namespace-ads.yaml"},
		},
		"chart in the repository": {
			Application{Chart: &Chart{Path: "charts/orders"}},
			v1alpha1.ApplicationSources{helm(git("charts/orders"), "/"+values)},
			[]string{"argocd/orders.yaml", "values/orders.yaml"},
		},
		"chart in the repository, and manifests": {
			Application{Chart: &Chart{Path: "charts/orders"}, Manifests: []Object{namespaceObject}},
			v1alpha1.ApplicationSources{helm(git("charts/orders"), "/"+values), git(generated + "manifests/orders")},
			[]string{"argocd/orders.yaml", "manifests/orders/namespace-ads.yaml", "values/orders.yaml"},
		},
		"chart of a repository": {
			Application{Chart: &Chart{Repository: "https://charts.example.com", Name: "podinfo", Version: "6.9.2"}},
			v1alpha1.ApplicationSources{helm(upstream("https://charts.example.com"), "$values/"+values), reference("")},
			[]string{"argocd/orders.yaml", "values/orders.yaml"},
		},
		"chart of a registry, and manifests": {
			Application{Chart: &Chart{Repository: "oci://ghcr.io/podinfo/charts", Name: "podinfo", Version: "6.9.2"}, Manifests: []Object{namespaceObject}},
			v1alpha1.ApplicationSources{helm(upstream("ghcr.io/podinfo/charts"), "$values/"+values), reference(generated + "manifests/orders")},
			[]string{"argocd/orders.yaml", "manifests/orders/namespace-ads.yaml", "values/orders.yaml"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.app.Name = "orders"
			files, err := test.app.Files(repository, "")
			if err != nil {
				t.Fatal(err)
			}
			content := contents(files)
			if got := slices.Sorted(maps.Keys(content)); !slices.Equal(got, test.files) {
				t.Errorf("got the files %v, want %v", got, test.files)
			}
			var app v1alpha1.Application
			if err := yaml.UnmarshalStrict([]byte(content["argocd/orders.yaml"]), &app); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, app.Spec.GetSources()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if one := app.Spec.Source != nil; one != (len(test.want) == 1) {
				t.Errorf("the one source is in source: %t", one)
			}
			registry := test.app.Chart != nil && strings.HasPrefix(test.app.Chart.Repository, "oci:")
			if source := app.Spec.GetSources()[0]; source.IsHelmOci() != registry {
				t.Errorf("Argo CD takes %s for a registry: %t", source.RepoURL, !registry)
			}
		})
	}
}

// TestSyncPolicy is a table of what derives an option.
func TestSyncPolicy(t *testing.T) {
	ignored := v1alpha1.ResourceIgnoreDifferences{Kind: "Secret", JSONPointers: []string{"/data"}}
	tests := map[string]struct {
		app     Application
		want    v1alpha1.SyncOptions
		cascade bool
	}{
		"plain":               {Application{}, v1alpha1.SyncOptions{"ServerSideApply=true"}, true},
		"kept":                {Application{Keep: true}, v1alpha1.SyncOptions{"ServerSideApply=true"}, false},
		"definitions":         {Application{ClusterKinds: []metav1.GroupKind{CustomResourceDefinition}}, v1alpha1.SyncOptions{"ServerSideApply=true", "PruneLast=true"}, true},
		"ignored differences": {Application{IgnoreDifferences: []v1alpha1.ResourceIgnoreDifferences{ignored}}, v1alpha1.SyncOptions{"ServerSideApply=true", "RespectIgnoreDifferences=true"}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.app.Manifests = []Object{namespaceObject}
			app := test.app.application(repository)
			if diff := cmp.Diff(test.want, app.Spec.SyncPolicy.SyncOptions); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := slices.Contains(app.Finalizers, v1alpha1.ResourcesFinalizerName); got != test.cascade {
				t.Errorf("deletes what it made: %t", got)
			}
			if policy := app.Spec.SyncPolicy; !policy.Automated.Prune || !policy.Automated.SelfHeal || policy.Retry.Limit == 0 {
				t.Errorf("does not follow Git: %v", policy)
			}
		})
	}
}

// TestRoot lets the root Application see the others and not itself.
func TestRoot(t *testing.T) {
	file, err := Root(repository, "root", "root", "")
	if err != nil {
		t.Fatal(err)
	}
	var app v1alpha1.Application
	if err := yaml.UnmarshalStrict(file.Content, &app); err != nil {
		t.Fatal(err)
	}
	if got, want := "environments/prod/generated/"+file.Path, app.Spec.Source.Path+"/"+app.Spec.Source.Directory.Exclude; got != want {
		t.Errorf("the root Application is %s and leaves out %s", got, want)
	}
	if len(app.Finalizers) > 0 {
		t.Error("deleting the root Application deletes everything")
	}
}

func TestProjects(t *testing.T) {
	file, err := Projects([]Project{
		{
			Name:       "team-b",
			Sources:    []string{"https://b", "https://a", "https://b"},
			Namespaces: []string{"two", "one", "two"},
			Members:    []string{"engineers"},
		},
		{Name: "team-a", WarnOfOrphans: true, Kinds: []metav1.GroupKind{{Group: "b", Kind: "B"}, {Group: "a", Kind: "A"}}},
	}, "Generated.")
	if err != nil {
		t.Fatal(err)
	}
	const want = `# Generated.
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  annotations:
    argocd.argoproj.io/sync-wave: "-100"
  name: team-a
  namespace: argocd
spec:
  namespaceResourceWhitelist:
  - group: a
    kind: A
  - group: b
    kind: B
  orphanedResources:
    warn: true
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  annotations:
    argocd.argoproj.io/sync-wave: "-100"
  name: team-b
  namespace: argocd
spec:
  destinations:
  - namespace: one
    server: https://kubernetes.default.svc
  - namespace: two
    server: https://kubernetes.default.svc
  roles:
  - description: See and sync the project's Applications.
    groups:
    - engineers
    name: member
    policies:
    - p, proj:team-b:member, applications, get, team-b/*, allow
    - p, proj:team-b:member, applications, sync, team-b/*, allow
    - p, proj:team-b:member, logs, get, team-b/*, allow
  sourceRepos:
  - https://a
  - https://b
`
	if diff := cmp.Diff(want, string(file.Content)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestValues shows that values reach the chart as they are, whatever their type.
func TestValues(t *testing.T) {
	app := Application{Name: "orders", Chart: &Chart{Path: "charts/orders"}, Values: map[string]any{
		"text":   []any{"yes", "1e3", "0123", "null", "", "# no comment", "two\nlines\n", "${VAR}", "한국어"},
		"number": []any{json.Number("3"), json.Number("0.25"), json.Number("9223372036854775807")},
		"other":  map[string]any{"null": nil, "true": true, "empty": map[string]any{}, "none": []any{}},
	}}
	files, err := app.Files(repository, "")
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(app.Values)
	if err != nil {
		t.Fatal(err)
	}
	got, err := yaml.YAMLToJSONStrict([]byte(contents(files)["values/orders.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func contents(files []artifact.File) map[string]string {
	m := make(map[string]string, len(files))
	for _, file := range files {
		m[file.Path] = string(file.Content)
	}
	return m
}

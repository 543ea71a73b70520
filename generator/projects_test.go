package generator

import (
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/lakewright/lakewright/generator/artifact"
)

// deployed is what Argo CD finds in an environment.
type deployed struct {
	applications map[string]*v1alpha1.Application
	projects     map[string]*v1alpha1.AppProject
	// kinds are those of what the root Application makes.
	kinds map[schema.GroupKind]bool
}

// deploy decodes what Argo CD finds strictly.
func deploy(t *testing.T, files *artifact.Set) deployed {
	t.Helper()
	d := deployed{map[string]*v1alpha1.Application{}, map[string]*v1alpha1.AppProject{}, map[schema.GroupKind]bool{}}
	for _, file := range files.Files() {
		if !strings.HasPrefix(file.Path, "argocd/") {
			continue
		}
		for document := range strings.SplitSeq(string(file.Content), "\n---\n") {
			var typed metav1.TypeMeta
			if err := yaml.Unmarshal([]byte(document), &typed); err != nil {
				t.Fatalf("%s: %v", file.Path, err)
			}
			kind := typed.GroupVersionKind()
			var object metav1.Object
			switch kind {
			case v1alpha1.ApplicationSchemaGroupVersionKind:
				app := &v1alpha1.Application{}
				if err := yaml.UnmarshalStrict([]byte(document), app); err != nil {
					t.Fatalf("%s: %v", file.Path, err)
				}
				object, d.applications[app.Name] = app, app
			case v1alpha1.AppProjectSchemaGroupVersionKind:
				project := &v1alpha1.AppProject{}
				if err := yaml.UnmarshalStrict([]byte(document), project); err != nil {
					t.Fatalf("%s: %v", file.Path, err)
				}
				object, d.projects[project.Name] = project, project
			default:
				t.Fatalf("%s: no Go type is known for %s", file.Path, kind)
			}
			if object.GetNamespace() != "argocd" {
				t.Errorf("%s: %s is in the namespace %q", file.Path, object.GetName(), object.GetNamespace())
			}
			if file.Path != "argocd/root.yaml" {
				d.kinds[kind.GroupKind()] = true
			}
		}
	}
	return d
}

// TestProjects lets Argo CD's own code say that every Application may do what
// it does, and that it may do nothing of another project.
func TestProjects(t *testing.T) {
	for _, env := range environments {
		t.Run(env, func(t *testing.T) {
			c, files := compileAll(t, platform(t, env))
			d := deploy(t, files)
			for name, project := range d.projects {
				if err := project.ValidateProject(); err != nil {
					t.Errorf("project %s: %v", name, err)
				}
			}
			for name, app := range d.applications {
				project := d.projects[app.Spec.Project]
				if project == nil {
					t.Errorf("%s is in the project %q, which is not there", name, app.Spec.Project)
					continue
				}
				for _, source := range app.Spec.GetSources() {
					if !project.IsSourcePermitted(source) {
						t.Errorf("%s: %s is not permitted", name, source.RepoURL)
					}
				}
				for other, project := range d.projects {
					permitted, err := project.IsDestinationPermitted(app.Spec.Destination, nil)
					if err != nil {
						t.Fatal(err)
					}
					if permitted != (other == app.Spec.Project) {
						t.Errorf("%s in %s: project %s permits it: %t", name, app.Spec.Destination.Namespace, other, permitted)
					}
				}
			}
			for _, app := range c.Applications {
				for _, kind := range app.ClusterKinds {
					for name, project := range d.projects {
						if permitted := project.IsGroupKindPermitted(schemaKind(kind), false); permitted != (name == app.Project) {
							t.Errorf("%s: project %s permits %s: %t", app.Name, name, kind.Kind, permitted)
						}
					}
				}
				for _, object := range app.Manifests {
					if kind := object.GetObjectKind().GroupVersionKind().GroupKind(); object.GetNamespace() == "" && !d.projects[app.Project].IsGroupKindPermitted(kind, false) {
						t.Errorf("%s: %s is not permitted", app.Name, kind)
					}
				}
			}
			for _, team := range []string{"team-ads", "team-logs"} {
				for _, kind := range quotas {
					if d.projects[team].IsGroupKindPermitted(schemaKind(kind), true) {
						t.Errorf("%s may have a %s", team, kind.Kind)
					}
				}
			}
		})
	}
}

// TestRootProject shows that the root Application may make what is beside its
// file, and nothing else.
func TestRootProject(t *testing.T) {
	_, files := compileAll(t, platform(t, "prod-seoul"))
	d := deploy(t, files)
	root := d.projects["root"]
	if len(d.kinds) != len(root.Spec.NamespaceResourceWhitelist) {
		t.Errorf("allowed are %v, made are %v", root.Spec.NamespaceResourceWhitelist, d.kinds)
	}
	for kind := range d.kinds {
		if !root.IsGroupKindPermitted(kind, true) {
			t.Errorf("%s is not permitted", kind)
		}
	}
}

// TestSecretStore shows that no team says where its secrets come from, once
// there is an operator that would read them for it.
func TestSecretStore(t *testing.T) {
	store := schema.GroupKind{Group: "external-secrets.io", Kind: "SecretStore"}
	secret := schema.GroupKind{Group: "external-secrets.io", Kind: "ExternalSecret"}
	for _, installed := range []bool{true, false} {
		p := platform(t, "prod-seoul")
		if !installed {
			p.Addons.ExternalSecrets = nil
		}
		_, files := compileAll(t, p)
		for name, project := range deploy(t, files).projects {
			if !strings.HasPrefix(name, "team-") {
				continue
			}
			if got := project.IsGroupKindPermitted(store, true); got == installed {
				t.Errorf("%s may have a SecretStore: %t, with the operator installed: %t", name, got, installed)
			}
			if !project.IsGroupKindPermitted(secret, true) {
				t.Errorf("%s may not have an ExternalSecret", name)
			}
		}
	}
}

func schemaKind(kind metav1.GroupKind) schema.GroupKind {
	return schema.GroupKind{Group: kind.Group, Kind: kind.Kind}
}

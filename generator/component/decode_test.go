package component

import (
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/lakewright/lakewright/generator/emit/argocd"
)

// kinds makes an empty object of every kind that is generated.
var kinds = map[string]func() any{
	"argoproj.io/v1alpha1/Application":  func() any { return new(v1alpha1.Application) },
	"v1/Namespace":                      func() any { return new(corev1.Namespace) },
	"karpenter.sh/v1/NodePool":          func() any { return new(karpenterv1.NodePool) },
	"karpenter.k8s.aws/v1/EC2NodeClass": func() any { return new(ec2NodeClass) },
}

// decode decodes one YAML document strictly into the Go type of its kind.
func decode(t *testing.T, name string, document []byte) any {
	t.Helper()
	var typed metav1.TypeMeta
	if err := yaml.Unmarshal(document, &typed); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	empty, ok := kinds[typed.APIVersion+"/"+typed.Kind]
	if !ok {
		t.Fatalf("%s: no Go type is known for %s %s", name, typed.APIVersion, typed.Kind)
	}
	object := empty()
	if err := yaml.UnmarshalStrict(document, object); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return object
}

// TestDecode decodes everything that Argo CD reads of components strictly into
// its Go type.
func TestDecode(t *testing.T) {
	for _, env := range []string{"dev", "local", "prod-seoul"} {
		t.Run(env, func(t *testing.T) {
			decoded := 0
			for _, app := range applications(t, platform(t, env)) {
				files, err := app.Files(argocd.Repository{}, "")
				if err != nil {
					t.Fatal(err)
				}
				for _, file := range files {
					switch folder, _, _ := strings.Cut(file.Path, "/"); folder {
					case "argocd", "manifests":
						decode(t, file.Path, file.Content)
						decoded++
					case "values":
						var values map[string]any
						if err := yaml.UnmarshalStrict(file.Content, &values); err != nil {
							t.Errorf("%s: %v", file.Path, err)
						}
					}
				}
			}
			if decoded == 0 {
				t.Error("nothing is decoded")
			}
		})
	}
	for message, document := range map[string]string{
		`error unmarshaling JSON: while decoding JSON: json: unknown field "projekt"`:   "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {projekt: x}",
		`error unmarshaling JSON: while decoding JSON: json: unknown field "userDatum"`: "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nspec: {userDatum: x}",
	} {
		var typed metav1.TypeMeta
		if err := yaml.Unmarshal([]byte(document), &typed); err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict([]byte(document), kinds[typed.APIVersion+"/"+typed.Kind]()); err == nil || err.Error() != message {
			t.Errorf("got %v, want %s", err, message)
		}
	}
}

package generator

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lakewright/lakewright/generator/model"
)

// What components own is named in the model, so that rules find collisions and
// names that are too long before anything is written.
func TestOwned(t *testing.T) {
	for _, env := range environments {
		t.Run(env, func(t *testing.T) {
			p := platform(t, env)
			compiled, _ := compileAll(t, p)
			names := map[string][]string{}
			for _, n := range p.DerivedNames() {
				names[n.Kind.What] = append(names[n.Kind.What], n.Value)
			}
			named := func(kind model.NameKind, name, by string) {
				t.Helper()
				if !slices.Contains(names[kind.What], name) {
					t.Errorf("the %s %q of %s is not among DerivedNames in generator/model/naming.go", kind.What, name, by)
				}
			}
			for _, app := range compiled.Applications {
				by := "the Application " + app.Name
				named(model.ApplicationName, app.Name, by)
				named(model.NamespaceName, app.Namespace, by)
				if app.Chart != nil && app.Chart.Path != "" {
					if _, err := os.Stat(filepath.Join("..", app.Chart.Path, "Chart.yaml")); err != nil {
						t.Errorf("%s: %v", by, err)
					}
				}
			}
			for _, stack := range compiled.Stacks {
				for _, call := range stack.Modules {
					by := "the module call " + stack.Name + "." + call.Name
					if _, err := os.Stat(filepath.Join("..", call.Source, "main.tf")); err != nil {
						t.Errorf("%s: %v", by, err)
					}
					for input, value := range call.Inputs {
						name, ok := value.(string)
						if !ok || !strings.HasSuffix(input, "role_name") {
							continue
						}
						named(model.IAMRoleName, name, by)
						if _, ok := call.Inputs["policy_json"]; ok && !strings.HasSuffix(input, "node_role_name") {
							if _, ok := compiled.Policies["iam/"+name+".json"]; !ok {
								t.Errorf("%s gives the role %s a policy that no document below policies/iam shows", by, name)
							}
						}
					}
				}
			}
		})
	}
}

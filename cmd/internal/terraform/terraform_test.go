package terraform

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/artifact"
	emit "github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/internal/terraformtest"
)

// Two stacks, of which the second reads what the first puts out: one value is
// known before the apply, one is not.
func TestPlanOffline(t *testing.T) {
	for _, pair := range terraformtest.Environment(t) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	repository := t.TempDir()
	write(t, filepath.Join(repository, "modules/place/main.tf"), `
variable "name" { type = string }
resource "terraform_data" "this" { input = var.name }
output "name" { value = var.name }
output "id" { value = terraform_data.this.id }
`)
	write(t, filepath.Join(repository, "modules/visitor/main.tf"), `
variable "place" { type = object({ name = string, id = string }) }
resource "terraform_data" "this" { input = var.place }
`)
	set := &artifact.Set{}
	stacks := []emit.Stack{
		{
			Name:    "foundation",
			Modules: []emit.Module{{Name: "place", Source: "modules/place", Inputs: map[string]any{"name": "harbour"}}},
			Outputs: []emit.Output{
				{Name: "name", Value: emit.ModuleOutput("place", "name")},
				{Name: "id", Value: emit.ModuleOutput("place", "id")},
			},
		},
		{
			Name: "data",
			Modules: []emit.Module{{Name: "visitor", Source: "modules/visitor", Inputs: map[string]any{"place": map[string]any{
				"name": emit.StackOutput("foundation", "name"), "id": emit.StackOutput("foundation", "id"),
			}}}},
			Reads: []emit.RemoteState{{Stack: "foundation", Bucket: "state", Key: "foundation", Region: "eu-west-1"}},
		},
	}
	for _, s := range stacks {
		s.Region, s.Account, s.StateBucket, s.StateKey = "eu-west-1", "111122223333", "state", s.Name
		if err := s.Emit(set, "0.0.0"); err != nil {
			t.Fatal(err)
		}
	}
	w, err := New(t.Context(), repository, "environments/dev/generated", set, true)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var steps []string
	progress := func(step string) func(error) {
		return func(err error) {
			if err != nil {
				t.Error(err)
			}
			steps = append(steps, step)
		}
	}
	visited := map[string]any{}
	for _, s := range stacks {
		plan, err := w.Plan(t.Context(), s.Name, progress)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range plan.ResourceChanges {
			visited[c.Address] = c.Change.After.(map[string]any)["input"]
		}
	}
	wantVisited := map[string]any{
		"module.place.terraform_data.this":   "harbour",
		"module.visitor.terraform_data.this": map[string]any{"name": "harbour", "id": unknown},
	}
	if diff := cmp.Diff(wantVisited, visited); diff != "" {
		t.Errorf("inputs of resources (-want +got):\n%s", diff)
	}
	wantSteps := []string{
		"terraform init foundation", "terraform validate foundation", "terraform plan foundation",
		"terraform init data", "terraform validate data", "terraform plan data",
	}
	if !slices.Equal(steps, wantSteps) {
		t.Errorf("steps %q, want %q", steps, wantSteps)
	}
	if got, want := paths(t, repository), []string{"modules/place/main.tf", "modules/visitor/main.tf"}; !slices.Equal(got, want) {
		t.Errorf("the repository has %q, want %q", got, want)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(w.root); !os.IsNotExist(err) {
		t.Errorf("the workspace is still there: %v", err)
	}
}

// Everything in the repository is in reach, but for the environments, whose
// stacks stand in the workspace itself, and Git's own folder.
func TestLink(t *testing.T) {
	repository, root := t.TempDir(), t.TempDir()
	for _, file := range []string{".git/HEAD", ".gitignore", "environments/dev/platform.cue", "environments.md", "modules/vpc/main.tf"} {
		write(t, filepath.Join(repository, file), file)
	}
	if err := link(repository, root, "environments"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{".gitignore", "environments.md", "modules"}; !slices.Equal(names, want) {
		t.Errorf("linked %q, want %q", names, want)
	}
	if got := string(read(t, filepath.Join(root, "modules/vpc/main.tf"))); got != "modules/vpc/main.tf" {
		t.Errorf("the module has the content %q", got)
	}
}

// Offline, nothing of the user's AWS settings reaches Terraform; all else does.
func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("HTTPS_PROXY", "http://proxy.example.com")
	t.Setenv("TF_CLI_CONFIG_FILE", "/etc/terraformrc")
	for _, offline := range []bool{true, false} {
		env := environment(offline)
		if _, ok := env["AWS_PROFILE"]; ok == offline {
			t.Errorf("offline %t: AWS_PROFILE is %q", offline, env["AWS_PROFILE"])
		}
		if env["HTTPS_PROXY"] != "http://proxy.example.com" || env["TF_CLI_CONFIG_FILE"] != "/etc/terraformrc" {
			t.Errorf("offline %t: the environment is %v", offline, env)
		}
	}
}

// paths lists the files below a folder.
func paths(t *testing.T, root string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

package generator

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/component"
	"github.com/lakewright/lakewright/generator/load"
	"github.com/lakewright/lakewright/generator/model"
	"github.com/lakewright/lakewright/internal/terraformtest"
)

var update = flag.Bool("update", false, "write the golden files")

// TestValidate lets Terraform and the AWS provider validate every stack of
// every environment as it is generated.
func TestValidate(t *testing.T) {
	environment := terraformtest.Environment(t)
	names, err := load.Environments(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		folders := generate(t, platform(t, name))
		for _, stack := range slices.Sorted(maps.Keys(folders)) {
			t.Run(name+"/"+stack, func(t *testing.T) {
				runTerraform(t, environment, folders[stack], "init", "-input=false", "-backend=false")
				runTerraform(t, environment, folders[stack], "validate")
			})
		}
	}
}

// TestPlan lets Terraform and the AWS provider plan the stacks of prod-seoul
// against an empty account, without credentials.
func TestPlan(t *testing.T) {
	environment := terraformtest.Environment(t)
	p := platform(t, "prod-seoul")
	// The stack data reads foundation through the component that needs it.
	p.Custom["lookup"] = model.Custom{Namespace: "logs", Terraform: &model.TerraformCall{
		Source: "modules/lookup",
		Inputs: map[string]any{"vpc": "${foundation.vpc_id}", "deep": []any{map[string]any{"subnets": "${foundation.private_subnet_ids}", "literal": "${var.nothing}"}}},
	}}
	folders := generate(t, p)
	repository := filepath.Join(folders[component.Data], "../../../../..")
	write(t, filepath.Join(repository, "modules/lookup/main.tf"), `
variable "vpc" { type = string }
variable "deep" { type = any }

resource "terraform_data" "this" { input = { vpc = var.vpc, deep = var.deep } }
`)
	write(t, filepath.Join(repository, "foundation.tfstate"), `{
  "version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "test", "resources": [],
  "outputs": {
    "vpc_id": {"value": "vpc-0123456789abcdef0", "type": "string"},
    "private_subnet_ids": {"value": ["subnet-a", "subnet-b"], "type": ["list", "string"]}
  }
}`)

	var (
		counts strings.Builder
		looked string
	)
	for _, stack := range []string{component.Foundation, component.Data} {
		override := map[string]any{
			"terraform": map[string]any{"backend": map[string]any{"local": map[string]any{}}},
			"provider": map[string]any{"aws": map[string]any{
				"access_key": "test", "secret_key": "test", "allowed_account_ids": nil,
				"skip_credentials_validation": true, "skip_metadata_api_check": true, "skip_region_validation": true, "skip_requesting_account_id": true,
			}},
		}
		if stack == component.Data {
			override["data"] = map[string]any{"terraform_remote_state": map[string]any{component.Foundation: map[string]any{
				"backend": "local", "config": map[string]string{"path": filepath.Join(repository, "foundation.tfstate")},
			}}}
		}
		content, err := json.Marshal(override)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folders[stack], "override.tf.json"), string(content))

		runTerraform(t, environment, folders[stack], "init", "-input=false")
		runTerraform(t, environment, folders[stack], "plan", "-input=false", "-out=plan")
		var plan struct {
			ResourceChanges []struct {
				Address string
				Mode    string
				Type    string
				Change  struct {
					Actions []string
					After   map[string]any
				}
			} `json:"resource_changes"`
		}
		if err := json.Unmarshal(runTerraform(t, environment, folders[stack], "show", "-json", "plan"), &plan); err != nil {
			t.Fatal(err)
		}
		count, total := map[string]int{}, 0
		for _, r := range plan.ResourceChanges {
			if r.Mode != "managed" {
				t.Errorf("%s: %s is read from AWS while planning", stack, r.Address)
				continue
			}
			if !slices.Equal(r.Change.Actions, []string{"create"}) {
				t.Errorf("%s: the plan for %s is %v, not create", stack, r.Address, r.Change.Actions)
			}
			if r.Address == "module.custom_lookup.terraform_data.this" {
				if got, err := json.Marshal(r.Change.After["input"]); err != nil {
					t.Fatal(err)
				} else {
					looked = string(got)
				}
				continue
			}
			count[r.Type]++
			total++
		}
		fmt.Fprintf(&counts, "%s: %d resources\n", stack, total)
		for _, resource := range slices.Sorted(maps.Keys(count)) {
			fmt.Fprintf(&counts, "%5d %s\n", count[resource], resource)
		}
	}
	const golden = "testdata/plan-prod-seoul.txt"
	if *update {
		write(t, golden, counts.String())
	}
	planned, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(planned), counts.String()); diff != "" {
		t.Errorf("%s (-want +got); go test ./generator -update writes it:\n%s", golden, diff)
	}
	const want = `{"deep":[{"literal":"${var.nothing}","subnets":["subnet-a","subnet-b"]}],"vpc":"vpc-0123456789abcdef0"}`
	if looked != want {
		t.Errorf("the custom module's inputs:\n got %s\nwant %s", looked, want)
	}
}

// generate writes the Terraform stacks of a platform into a repository of their
// own, which has this repository's modules. It returns their folders by stack.
func generate(t *testing.T, p *model.Platform) map[string]string {
	t.Helper()
	c, err := compile(p)
	if err != nil {
		t.Fatal(err)
	}
	repository, folders := t.TempDir(), map[string]string{}
	var set artifact.Set
	for _, stack := range c.Stacks {
		if err := stack.Emit(&set, Version); err != nil {
			t.Fatal(err)
		}
		folders[stack.Name] = filepath.Join(repository, "environments", p.Name, "generated/terraform", stack.Name)
	}
	for _, file := range set.Files() {
		write(t, filepath.Join(repository, "environments", p.Name, "generated", file.Path), string(file.Content))
	}
	modules, err := filepath.Abs("../modules")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(modules)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(repository, "modules"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.Symlink(filepath.Join(modules, entry.Name()), filepath.Join(repository, "modules", entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return folders
}

// runTerraform runs terraform in a folder and returns its standard output.
func runTerraform(t *testing.T, environment []string, folder string, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.Command("terraform", append([]string{"-chdir=" + folder}, args...)...)
	command.Env, command.Stdout, command.Stderr = append(os.Environ(), environment...), &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(command.Args, " "), err, &stdout, &stderr)
	}
	return stdout.Bytes()
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

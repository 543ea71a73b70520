// Package modules_test runs the Terraform modules through Terraform itself.
package modules_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lakewright/lakewright/internal/terraformtest"
)

// TestModules validates each module and runs its "terraform test" files, in a
// copy of all, since Terraform writes into the folder that it works in.
func TestModules(t *testing.T) {
	environment := append(os.Environ(), terraformtest.Environment(t)...)
	all := t.TempDir()
	if err := os.CopyFS(all, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	for _, module := range modules(t) {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			for _, argv := range [][]string{
				{"init", "-backend=false", "-input=false", "-no-color"},
				{"validate", "-no-color"},
				{"test", "-no-color"},
			} {
				cmd := exec.Command("terraform", argv...)
				cmd.Dir, cmd.Env = filepath.Join(all, module), environment
				if output, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", cmd, err, output)
				}
			}
		})
	}
}

// TestBucketOrder holds that whatever protects a bucket's objects outlives the
// bucket. Terraform destroys what depends on others before them: the policy,
// which S3 refuses to delete, depends on all that must not go first, and the
// bucket depends on its key.
func TestBucketOrder(t *testing.T) {
	environment := append(os.Environ(), terraformtest.Environment(t)...)
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("bucket")); err != nil {
		t.Fatal(err)
	}
	terraform := func(argv ...string) string {
		var stderr bytes.Buffer
		cmd := exec.Command("terraform", argv...)
		cmd.Dir, cmd.Env, cmd.Stderr = folder, environment, &stderr
		output, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, &stderr)
		}
		return string(output)
	}
	terraform("init", "-backend=false", "-input=false", "-no-color")
	dependencies := map[string][]string{}
	for _, edge := range edgeSyntax.FindAllStringSubmatch(terraform("graph"), -1) {
		dependencies[edge[1]] = append(dependencies[edge[1]], edge[2])
	}
	outlives := func(first string) []string {
		found := map[string]bool{}
		var follow func(string)
		follow = func(resource string) {
			for _, other := range dependencies[resource] {
				if !found[other] {
					found[other] = true
					follow(other)
				}
			}
		}
		follow(first)
		return slices.Sorted(maps.Keys(found))
	}
	key := []string{"aws_kms_alias.this", "aws_kms_key.this"}
	if got := outlives("aws_s3_bucket.this"); !slices.Equal(got, key) {
		t.Errorf("the bucket is outlived by %q, want %q", got, key)
	}
	var others []string
	for _, resource := range resourceSyntax.FindAllStringSubmatch(strings.Join(slices.Collect(maps.Values(sources(t, "bucket"))), ""), -1) {
		if name := resource[1] + "." + resource[2]; name != "aws_s3_bucket_policy.this" {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	if got := outlives("aws_s3_bucket_policy.this"); !slices.Equal(got, others) {
		t.Errorf("the policy is outlived by %q, want every other resource, %q", got, others)
	}
}

var (
	edgeSyntax     = regexp.MustCompile(`"([^"]+)" -> "([^"]+)"`)
	resourceSyntax = regexp.MustCompile(`(?m)^resource "([^"]+)" "([^"]+)" \{`)
)

// TestFormat holds the modules to "terraform fmt".
func TestFormat(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("needs terraform in PATH")
	}
	cmd := exec.Command(terraform, "fmt", "-check", "-diff", "-recursive", "-no-color")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", cmd, err, output)
	}
}

// TestFiles holds each module to the files that a reader looks for, with tests
// among them.
func TestFiles(t *testing.T) {
	for _, module := range modules(t) {
		for _, pattern := range []string{"main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md", "tests/*.tftest.hcl"} {
			found, err := filepath.Glob(filepath.Join(module, pattern))
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 {
				t.Errorf("modules/%s has no %s", module, pattern)
			}
		}
	}
}

// TestDescriptions holds every variable to a type and a description, and every
// output to a description.
func TestDescriptions(t *testing.T) {
	for _, module := range modules(t) {
		blocks := 0
		for file, source := range sources(t, module) {
			for _, block := range blockSyntax.FindAllStringSubmatch(source, -1) {
				blocks++
				if kind, name, body := block[1], block[2], block[3]; !descriptionSyntax.MatchString(body) {
					t.Errorf("modules/%s: %s %q has no description", file, kind, name)
				} else if kind == "variable" && !typeSyntax.MatchString(body) {
					t.Errorf("modules/%s: variable %q has no type", file, name)
				}
			}
		}
		if blocks == 0 {
			t.Errorf("modules/%s has no variable and no output", module)
		}
	}
}

// These find blocks and arguments by their layout, which TestFormat holds.
var (
	blockSyntax       = regexp.MustCompile(`(?ms)^(variable|output) "([^"]+)" \{\n(.*?)^\}`)
	descriptionSyntax = regexp.MustCompile(`(?m)^  description += ("[^"]|<<)`)
	typeSyntax        = regexp.MustCompile(`(?m)^  type +=`)
)

// sources returns the module's Terraform files by path.
func sources(t *testing.T, module string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(module, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources[filepath.ToSlash(file)] = strings.ReplaceAll(string(content), "\r\n", "\n")
	}
	return sources
}

// modules returns the names of the modules' folders.
func modules(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "testdata" {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		t.Fatal("no module found")
	}
	return names
}

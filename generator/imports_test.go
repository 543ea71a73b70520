package generator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/lakewright/lakewright"

// mayImport says which packages of this repository each package may import: the
// table of the design, one way from CUE to bytes. A name that ends in "/..."
// stands for a package and everything below it.
var mayImport = map[string][]string{
	"modules":            nil,
	"schema":             nil,
	"generator/diag":     nil,
	"generator/artifact": {"generator/diag"},
	"generator/model":    {"generator/diag"},
	"generator/load":     {"generator/diag", "generator/model", "schema"},
	"generator/check":    {"generator/diag", "generator/model"},

	"generator/emit/argocd":    {"generator/artifact"},
	"generator/emit/terraform": {"generator/artifact"},
	"generator/component":      {"generator/diag", "generator/emit/...", "generator/model"},

	"generator/tree":   {"generator/artifact", "generator/diag"},
	"generator/change": {"generator/artifact", "generator/model"},
	"generator":        {"generator/..."},

	"cmd/lakewright":         {"cmd/internal/cli"},
	"cmd/internal/cli":       {"cmd/internal/...", "generator/..."},
	"cmd/internal/gitops":    {"generator/artifact"},
	"cmd/internal/terraform": {"generator/artifact"},
	"cmd/internal/ui":        nil,

	// They drive the built binary, so that they see what a user sees.
	"e2e":       nil,
	"e2e/bench": nil,
	"e2e/demo":  nil,

	"internal/terraformtest": nil,
	"internal/testrun":       nil,
}

// onlyUsers says which packages may import a module of others, where the design
// keeps it behind one door.
var onlyUsers = map[string][]string{
	"cuelang.org/go":                      {"generator/load"},
	"github.com/go-git/go-git/v5":         {"cmd/internal/gitops"},
	"github.com/hashicorp/terraform-exec": {"cmd/internal/terraform"},
}

// standardOnly lists the packages that import nothing but the standard library
// and this repository.
var standardOnly = []string{"e2e/bench", "e2e/demo", "generator/artifact", "generator/diag", "generator/model", "internal/testrun", "schema"}

type pkg struct {
	ImportPath string
	Imports    []string
	Standard   bool
	Module     *struct{ Path string }
}

func TestImports(t *testing.T) {
	packages, err := listPackages()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range forbidden(packages) {
		t.Error(problem)
	}
}

// A package that leaves the table must be found out, so the rules are tried on
// packages that break each of them.
func TestForbidden(t *testing.T) {
	ours := func(name string, imports ...string) pkg {
		return pkg{ImportPath: module + "/" + name, Imports: imports, Module: &struct{ Path string }{module}}
	}
	cue := pkg{ImportPath: "cuelang.org/go/cue", Module: &struct{ Path string }{"cuelang.org/go"}}
	tests := map[string]struct {
		packages []pkg
		want     []string
	}{
		"allowed": {
			packages: []pkg{cue, ours("generator/load", "cuelang.org/go/cue", "fmt", module+"/generator/model"), ours("generator/model")},
		},
		"allowed by a pattern": {
			packages: []pkg{ours("generator/component", module+"/generator/emit/argocd"), ours("generator/emit/argocd")},
		},
		"new edge": {
			packages: []pkg{ours("generator/model", module+"/generator/load"), ours("generator/load")},
			want:     []string{"generator/model imports generator/load, which mayImport does not allow"},
		},
		"new package": {
			packages: []pkg{ours("generator/util")},
			want:     []string{"generator/util is not in mayImport: say there what it may import"},
		},
		"second user": {
			packages: []pkg{cue, ours("generator/check", "cuelang.org/go/cue")},
			want:     []string{"generator/check imports cuelang.org/go/cue, which only generator/load may"},
		},
		"more than the standard library": {
			packages: []pkg{{ImportPath: "example.com/x/y", Module: &struct{ Path string }{"example.com/x"}}, ours("generator/diag", "example.com/x/y", "fmt")},
			want:     []string{"generator/diag imports example.com/x/y, but standardOnly lists it"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := forbidden(tc.packages); !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// listPackages returns every package that the repository builds from, its own
// and all they depend on.
func listPackages() ([]pkg, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Standard,Module", module+"/...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	var packages []pkg
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// forbidden returns what the packages import and must not, sorted.
func forbidden(packages []pkg) []string {
	moduleOf := map[string]string{}
	for _, p := range packages {
		if p.Module != nil {
			moduleOf[p.ImportPath] = p.Module.Path
		}
	}
	var problems []string
	for _, p := range packages {
		if moduleOf[p.ImportPath] != module {
			continue
		}
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		allowed, known := mayImport[name]
		if !known {
			problems = append(problems, name+" is not in mayImport: say there what it may import")
			continue
		}
		for _, path := range p.Imports {
			from := moduleOf[path]
			users, guarded := onlyUsers[from]
			switch imported := strings.TrimPrefix(path, module+"/"); {
			case from == module && !slices.ContainsFunc(allowed, func(pattern string) bool { return matches(pattern, imported) }):
				problems = append(problems, fmt.Sprintf("%s imports %s, which mayImport does not allow", name, imported))
			case guarded && !slices.Contains(users, name):
				problems = append(problems, fmt.Sprintf("%s imports %s, which only %s may", name, path, strings.Join(users, ", ")))
			case from != "" && from != module && slices.Contains(standardOnly, name):
				problems = append(problems, fmt.Sprintf("%s imports %s, but standardOnly lists it", name, path))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

func matches(pattern, name string) bool {
	folder, deep := strings.CutSuffix(pattern, "/...")
	return name == folder || deep && strings.HasPrefix(name, folder+"/")
}

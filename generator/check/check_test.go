package check_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/lakewright/lakewright/generator/check"
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/load"
	"github.com/lakewright/lakewright/generator/model"
)

var update = flag.Bool("update", false, "write the golden files")

// Every rule has a platform that keeps it and a platform that breaks it:
// testdata/<code>/good.cue and bad.cue, with what is said in bad.txt. Where one
// platform cannot break it in every way, there are more: bad-<how>.cue.
func TestRules(t *testing.T) {
	for _, rule := range check.Rules() {
		t.Run(rule.Code, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join("testdata", rule.Code)
			if good := run(t, filepath.Join(folder, "good.cue")); len(good) > 0 {
				t.Errorf("good.cue has problems:\n%s", text(t, good))
			}
			files, err := filepath.Glob(filepath.Join(folder, "bad*.cue"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no bad fixture, error %v", err)
			}
			for _, file := range files {
				checkBad(t, rule.Code, file)
			}
		})
	}
}

func checkBad(t *testing.T, code, file string) {
	bad := run(t, file)
	for _, d := range bad {
		if d.Code != code {
			t.Errorf("%s also breaks another rule:\n%s", file, text(t, diag.List{d}))
		}
		if d.Position.IsZero() || d.Summary == "" {
			t.Errorf("%s: no position or summary: %+v", file, d)
		}
	}
	golden := strings.TrimSuffix(file, ".cue") + ".txt"
	got := text(t, bad)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v: go test ./generator/check -update writes it", err)
	}
	if len(bad) == 0 || got != string(want) {
		t.Errorf("%s: got\n%swant\n%s", file, got, want)
	}
}

func TestRulesAreDocumented(t *testing.T) {
	rules := check.Rules()
	if !slices.IsSortedFunc(rules, func(a, b check.Rule) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("the rules are not sorted by code")
	}
	for _, r := range rules {
		if !strings.HasSuffix(r.Summary, ".") || strings.Contains(r.Summary, "\n") || len(r.Reason) < 100 {
			t.Errorf("%s: summary %q, reason %q", r.Code, r.Summary, r.Reason)
		}
		for _, source := range r.Sources {
			if !strings.HasPrefix(source, "https://") {
				t.Errorf("%s: source %q", r.Code, source)
			}
		}
	}
	folders, err := filepath.Glob("testdata/*/bad.cue")
	if err != nil || len(folders) != len(rules) {
		t.Errorf("%d fixtures for %d rules, error %v", len(folders), len(rules), err)
	}
}

// The environments of this repository keep every rule.
func TestEnvironments(t *testing.T) {
	root, err := os.OpenRoot("../..")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	environments, err := load.Environments(root.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range environments {
		p := platform(t, root.FS(), env)
		if l := check.Run(check.Input{Platform: p, Environment: env, Repository: root.FS()}); len(l) > 0 {
			t.Errorf("%s:\n%s", env, text(t, l))
		}
	}
}

// A link that leads out of the repository is not followed.
func TestLinkOutOfRepository(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "Chart.yaml"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "charts"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "charts", "web")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	p := platform(t, fixture(t, "testdata/repository-path/good.cue"), "test")
	l := check.Run(check.Input{Platform: p, Environment: "test", Repository: root.FS()})
	if got := text(t, l); !strings.Contains(got, "custom.web.chart cannot be read") || !strings.Contains(got, "found: charts/web: path escapes from parent") {
		t.Errorf("got\n%s", got)
	}
}

// Rules take every platform that the schema admits, however odd, and every
// part of it that a broken one may lack.
func TestRunDoesNotPanic(t *testing.T) {
	for name, p := range map[string]*model.Platform{
		"nothing":           {},
		"AWS alone":         {Cloud: model.Cloud{AWS: &model.AWS{}}},
		"both clouds":       {Cloud: model.Cloud{AWS: &model.AWS{}, Local: &model.Local{}}},
		"network of zeroes": {Cloud: model.Cloud{AWS: &model.AWS{Zones: []string{"a", "a"}}}, Network: &model.Network{}},
		"zones of a /0": {
			Cloud:   model.Cloud{AWS: &model.AWS{Zones: []string{"a", "b"}}},
			Network: &model.Network{CIDR: "0.0.0.0/0"},
		},
		"empty pool and component": {
			Cloud:     model.Cloud{AWS: &model.AWS{Zones: []string{"a"}}},
			Network:   &model.Network{CIDR: "255.255.255.240/28"},
			NodePools: map[string]model.NodePool{"a": {}, "b": {Families: []string{"", "m7g"}, Architectures: []string{"amd64"}, Sizes: []string{"metal", "99999999999999999999xlarge"}}},
			Custom: map[string]model.Custom{
				"a": {}, "b": {Scheduling: &model.Scheduling{NodePool: "b"}, Terraform: &model.TerraformCall{}},
				"c": {Scheduling: &model.Scheduling{Capacity: "spot"}, Values: map[string]any{"password": nil, "": []any{nil, "x"}}},
			},
			Teams:   map[string]model.Team{"a": {}, "b": {Namespaces: []string{"a"}}},
			Cluster: model.Cluster{Access: map[string]model.Access{"a": {Principal: "x"}, "b": {Principal: "x"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if len(check.Run(check.Input{Platform: p, Environment: "test", Repository: fstest.MapFS{}})) == 0 {
				t.Error("no problem found in a platform without a name")
			}
		})
	}
}

func BenchmarkRun(b *testing.B) {
	p := platform(b, fixture(b, "testdata/spot-safety/good.cue"), "test")
	one := p.Custom["keeper"]
	for i := range 1000 {
		p.Custom[fmt.Sprintf("component-%04d", i)] = one
	}
	in := check.Input{Platform: p, Environment: "test", Repository: os.DirFS("testdata/repository")}
	for b.Loop() {
		check.Run(in)
	}
}

// run checks the platform of a fixture.
func run(t *testing.T, file string) diag.List {
	t.Helper()
	repository := fixture(t, file)
	return check.Run(check.Input{Platform: platform(t, repository, "test"), Environment: "test", Repository: repository})
}

// fixture is a repository with one environment, test.
func fixture(t testing.TB, file string) fs.FS {
	t.Helper()
	repository := fstest.MapFS{
		"environments/shared.cue":        {Data: read(t, "testdata/shared.cue")},
		"environments/test/platform.cue": {Data: read(t, file)},
	}
	const root = "testdata/repository"
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(root, path)
			repository[filepath.ToSlash(name)] = &fstest.MapFile{Data: read(t, path)}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return repository
}

func platform(t testing.TB, repository fs.FS, env string) *model.Platform {
	t.Helper()
	p, problems := load.New(repository).Load(context.Background(), env)
	if p == nil || len(problems) > 0 {
		t.Fatalf("%s does not load:\n%s", env, text(t, problems))
	}
	return p
}

func text(t testing.TB, l diag.List) string {
	t.Helper()
	var b bytes.Buffer
	if err := diag.Fprint(&b, l, diag.PrintOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

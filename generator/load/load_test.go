package load

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lakewright/lakewright/generator/diag"
)

// TestEnvironmentsLoad loads every environment of this repository.
func TestEnvironmentsLoad(t *testing.T) {
	root, err := os.OpenRoot("../..")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	names, err := Environments(root.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"dev", "local", "prod-seoul"} {
		if !slices.Contains(names, want) {
			t.Errorf("no environment %s in %v", want, names)
		}
	}
	loader := New(root.FS())
	for _, name := range names {
		p, problems := loader.Load(t.Context(), name)
		if problems != nil {
			t.Errorf("%s: %v", name, problems)
		} else if p.Name != name {
			t.Errorf("%s has the name %s", name, p.Name)
		}
	}
}

func TestEnvironments(t *testing.T) {
	repository := fstest.MapFS{
		"environments/prod/a.cue": {}, "environments/dev/a.cue": {}, "environments/_drafts/a.cue": {}, "environments/.git/a": {}, "environments/shared.cue": {},
	}
	names, err := Environments(repository)
	if want := []string{"dev", "prod"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%v, %v, want %v", names, err, want)
	}
	if _, err := Environments(fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestLoaderIsReused holds that a broken environment does no harm to the next.
func TestLoaderIsReused(t *testing.T) {
	const good = `package environments

import (
	"github.com/lakewright/lakewright/schema/v1alpha1"
	"data.example/platform/shared"
)

v1alpha1.#Platform & {name: "good", cloud: local: {}, repository: url: shared.url}
`
	repository := fstest.MapFS{
		"cue.mod/module.cue":              {Data: []byte("module: \"data.example/platform@v0\"\nlanguage: version: \"v0.12.0\"\n")},
		"shared/url.cue":                  {Data: []byte("package shared\n\nurl: \"https://git.example/platform.git\"\n")},
		"broken/broken.cue":               {Data: []byte("package broken\n\nurl: 1 +\n")},
		"environments/good/a.cue":         {Data: []byte(good)},
		"environments/broken/a.cue":       {Data: []byte(strings.ReplaceAll(good, "shared", "broken"))},
		"environments/invalid/a.cue":      {Data: []byte(strings.ReplaceAll(good, `"good"`, "1"))},
		"environments/invalid/b_.cue":     {Data: []byte("package environments\n\nteams: ads: {}\n")},
		"environments/invalid/x_tool.cue": {Data: []byte("this is no CUE for us")},
	}
	loader := New(repository)
	for range 2 {
		for name, problems := range map[string]int{"good": 0, "broken": 1, "invalid": 1} {
			p, list := loader.Load(t.Context(), name)
			if len(list) != problems || (p == nil) != (problems > 0) {
				t.Errorf("%s: %v", name, list)
			}
		}
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, problems := New(platformOf(1_000)).Load(ctx, "dev")
	if len(problems) != 1 || problems[0].Code != "interrupted" {
		t.Errorf("got %v", problems)
	}
}

func TestLimits(t *testing.T) {
	tests := map[string]struct {
		limits limits
		f      func() int
		want   string
	}{
		"within": {defaultLimits, func() int { return 1 }, ""},
		"panic":  {defaultLimits, func() int { panic("ouch") }, "the CUE evaluator failed: ouch"},
		"time":   {limits{time: 10 * time.Millisecond, memory: 1 << 40, stack: 1 << 40}, func() int { select {} }, "it took more than 10ms"},
		"memory": {limits{time: time.Minute, memory: 1 << 20, stack: 1 << 40}, func() int { time.Sleep(time.Second); return 1 }, "it used more than 1 MiB of memory"},
		"stack":  {limits{time: time.Minute, memory: 1 << 40, stack: 32 << 20}, func() int { return deep(1_000_000) }, "it nested deeper than 32 MiB of stack hold"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := run(t.Context(), test.limits, test.f)
			switch {
			case test.want == "" && (err != nil || got != 1):
				t.Errorf("%d, %v", got, err)
			case test.want != "" && (err == nil || err.Error() != test.want):
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func deep(n int) int {
	if n == 0 {
		time.Sleep(time.Second)
		return 0
	}
	var frame [100]byte
	frame[n%100] = 1
	return deep(n-1) + int(frame[0])
}

// at is where a piece of text is first found in files, counted from one.
func at(t *testing.T, repository fstest.MapFS, file, text string) diag.Position {
	t.Helper()
	content := string(repository[file].Data)
	before, _, ok := strings.Cut(content, text)
	if !ok {
		t.Fatalf("no %q in %s", text, file)
	}
	return diag.Position{File: file, Line: 1 + strings.Count(before, "\n"), Column: len(before) - strings.LastIndex(before, "\n")}
}

func TestPositions(t *testing.T) {
	const shared, own, more = "environments/defaults.cue", "environments/dev/platform.cue", "environments/dev/pools.cue"
	repository := fstest.MapFS{
		shared: {Data: []byte(`package environments

repository: url: "https://git.example/shared.git"
nodePools: [string]: disk: "11Gi"
teams: logs: {}
cluster: *{version: "1.33"} | _
`)},
		own: {Data: []byte(`package environments

import "github.com/lakewright/lakewright/schema/v1alpha1"

v1alpha1.#Platform & {
	name: "dev"
	cloud: aws: {account: "111122223333", region: "eu-west-1", zones: ["a", "b"]}
	network: {cidr: "10.0.0.0/16"} & {nat: "single"}
	teams: ads: owners: ["first", "second"]
	let size = "8xlarge"
	nodePools: {
		_base: {limits: {cpu: 4, memory: "8Gi"}}
		core: _base
		mixed: {_base, sizes: [size]}
		for n in ["x", "y"] {"pool-\(n)": {limits: {cpu: 5, memory: "5Gi"}}}
		if true {extra: limits: {cpu: 6, memory: "6Gi"}}
		taints: taints: [{key: "one"}, for k in ["two"] {key: k}]
		taints: limits: {cpu: 1, memory: "1Gi"}
	}
	"custom": "order-api": {chart: "charts/order-api", namespace: "ads", values: {"a.b": c: [{d: 1}]}}
}
`)},
		more: {Data: []byte(`package environments

repository: revision: "stable"
nodePools: spark: limits: {cpu: 9, memory: "9Gi"}
`)},
	}
	p, problems := New(repository).Load(t.Context(), "dev")
	if problems != nil {
		t.Fatal(problems)
	}
	tests := map[string]struct {
		path       string
		file, text string
	}{
		"field":                                {"name", own, `"dev"`},
		"nested":                               {"cloud aws account", own, `"111122223333"`},
		"struct at its name":                   {"cloud aws", own, `aws: {`},
		"shared file alone":                    {"repository url", shared, `"https`},
		"environment before shared file":       {"repository", more, `repository`},
		"second file of the environment":       {"nodePools spark limits cpu", more, `9,`},
		"list":                                 {"teams ads owners", own, `["first"`},
		"list index":                           {"teams ads owners 1", own, `"second"`},
		"list index that is not there":         {"teams ads owners 7", own, `["first"`},
		"conjunction, left":                    {"network cidr", own, `"10.0.0.0/16"`},
		"conjunction, right":                   {"network nat", own, `"single"`},
		"default of the user":                  {"cluster version", shared, `"1.33"`},
		"reference":                            {"nodePools core", own, "_base\n"},
		"value behind a reference":             {"nodePools core limits cpu", own, "_base\n"},
		"embedded":                             {"nodePools mixed limits", own, "mixed"},
		"beside an embedding":                  {"nodePools mixed sizes", own, "[size]"},
		"let":                                  {"nodePools mixed sizes 0", own, "size]"},
		"computed name":                        {"nodePools pool-x limits cpu", own, "5, "},
		"field of a comprehension":             {"nodePools extra limits memory", own, `"6Gi"`},
		"pattern":                              {"nodePools core disk", shared, `"11Gi"`},
		"list of structs":                      {"nodePools taints taints 0 key", own, `"one"`},
		"comprehension in a list":              {"nodePools taints taints 1 key", own, `k}`},
		"quoted name":                          {"custom order-api chart", own, `"charts/order-api"`},
		"name with a dot":                      {"custom order-api values a.b c 0 d", own, `1}]}}`},
		"missing: the innermost that is there": {"custom order-api scheduling nodePool", own, `"order-api": {`},
		"missing in a shared struct":           {"teams logs owners 0", shared, `logs`},
		"missing altogether":                   {"buckets lake", own, `v1alpha1.#Platform`},
		"the platform":                         {"", own, `v1alpha1.#Platform`},
	}
	var wg sync.WaitGroup // Checks and components ask concurrently.
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		test := tests[name]
		want := at(t, repository, test.file, test.text)
		wg.Go(func() {
			if got := p.At(strings.Fields(test.path)...); got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		})
	}
	wg.Wait()
}

func TestInputsHash(t *testing.T) {
	files := map[string]string{
		"cue.mod/module.cue":          "module: \"data.example/platform@v0\"\nlanguage: version: \"v0.12.0\"\n",
		"environments/shared.cue":     "package environments\n",
		"environments/dev/a.cue":      "package environments\n\nimport \"data.example/platform/teams\"\n\nx: teams.x\n",
		"environments/prod/a.cue":     "package environments\n",
		"teams/teams.cue":             "package teams\n\nimport \"data.example/platform/names:n\"\n\nx: n.x\n",
		"names/names.cue":             "package n\n\nx: 1\n",
		"other/other.cue":             "package other\n",
		"README.md":                   "x",
		"environments/dev/x.md":       "x",
		"environments/dev/t_tool.cue": "package environments\n",
	}
	hash := func(version string, change ...string) string {
		t.Helper()
		repository := fstest.MapFS{}
		for name, content := range files {
			repository[name] = &fstest.MapFile{Data: []byte(content)}
		}
		for i := 0; i < len(change); i += 2 {
			repository[change[i]] = &fstest.MapFile{Data: []byte(change[i+1])}
		}
		h, err := InputsHash(repository, "dev", version)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base := hash("v1")
	if base != hash("v1") || len(base) != 64 {
		t.Errorf("not stable: %s", base)
	}
	for name, changed := range map[string]string{
		"version":              hash("v2"),
		"module":               hash("v1", "cue.mod/module.cue", "module: \"data.example/other@v0\"\nlanguage: version: \"v0.12.0\"\n"),
		"shared file":          hash("v1", "environments/shared.cue", "package environments\n\na: 1\n"),
		"environment":          hash("v1", "environments/dev/a.cue", files["environments/dev/a.cue"]+"a: 1\n"),
		"new file":             hash("v1", "environments/dev/b.cue", "package environments\n"),
		"imported file":        hash("v1", "teams/teams.cue", files["teams/teams.cue"]+"a: 1\n"),
		"new imported file":    hash("v1", "teams/more.cue", "package teams\n"),
		"file imported by it":  hash("v1", "names/names.cue", "package n\n\nx: 2\n"),
		"content moved a file": hash("v1", "environments/shared.cue", "", "environments/sharee.cue", "package environments\n"),
	} {
		if changed == base {
			t.Errorf("%s: the hash is the same", name)
		}
	}
	for name, same := range map[string]string{
		"other environment":   hash("v1", "environments/prod/a.cue", "package environments\n\na: 1\n"),
		"unrelated package":   hash("v1", "other/other.cue", "package other\n\na: 1\n"),
		"file that is no CUE": hash("v1", "environments/dev/x.md", "y", "README.md", "y"),
		"CUE tool file":       hash("v1", "environments/dev/t_tool.cue", "package environments\n\na: 1\n"),
	} {
		if same != base {
			t.Errorf("%s: the hash differs", name)
		}
	}
	if _, err := InputsHash(fstest.MapFS{}, "dev", "v1"); err == nil {
		t.Error("no error without environments")
	}
}

// FuzzLoad holds that whatever platform.cue says, Load returns in time with a
// platform, or with an error that stands in a file of the user.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(platform("")))
	for _, body := range []string{
		"custom: api: {", "teams: [string]: {}", "teams: ads: owners: [for x in [1] {x}]", "name: name", "let x = x", "#a: #a", "a: {a}", "nodePools: {core: core}",
		"teams: \"\\(name)\": owners: [\"x\" | \"y\"]", "cluster: version: 1 | *2", "values: @embed(file=x)", "cloud: {aws: {}, local: {}}", "custom: null", "_x: y: z: x",
		"if name == 1 {teams: {}}", "buckets: close({a: b: 1})", "custom: [1, 2, ...]", "teams: ads: {owners: [...string], ...}", "X=name: X", "\"\": \"\"", "\x00", "\ufeff", "_|_", "...",
	} {
		f.Add([]byte(platform(body)))
		f.Add([]byte("package environments\n\n" + body))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		repository := fstest.MapFS{"environments/dev/platform.cue": {Data: content}}
		loader := New(repository)
		loader.limits.time = 10 * time.Second
		p, problems := loader.Load(t.Context(), "dev")
		if (p == nil) != problems.HasErrors() {
			t.Fatalf("platform %v, problems %v", p, problems)
		}
		for _, d := range problems {
			if d.Position.File != "environments/dev/platform.cue" && d.Position.File != "environments/dev" {
				t.Errorf("%q is at %q", d.Summary, d.Position)
			}
			if lines := strings.Count(string(content), "\n") + 1; d.Position.Line > lines {
				t.Errorf("%q is in line %d of %d", d.Summary, d.Position.Line, lines)
			}
			if d.Summary == "" || d.Code == "" || strings.ContainsAny(d.Summary, "\n") {
				t.Errorf("%+v", d)
			}
			if d.Code == "decode" || strings.Contains(d.Summary, "the CUE evaluator failed") {
				t.Errorf("a fault of ours: %v", d)
			}
		}
	})
}

func platform(body string) string {
	return `package environments

import "github.com/lakewright/lakewright/schema/v1alpha1"

v1alpha1.#Platform & {
	name: "dev"
	cloud: local: {}
	repository: url: "https://git.example/platform.git"
	` + body + `
}
`
}

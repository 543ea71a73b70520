package load

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lakewright/lakewright/generator/diag"
)

// With childVariable set, the test binary loads the repository that it names
// and does nothing else. childTime is a time limit in place of the default one.
const (
	childVariable = "LAKEWRIGHT_LOAD_CHILD"
	childTime     = "LAKEWRIGHT_LOAD_CHILD_TIME"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		os.Exit(loadChild(dir))
	}
	os.Exit(m.Run())
}

// loadChild loads the environment dev and prints its problems, as a command would.
func loadChild(dir string) int {
	root, err := os.OpenRoot(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	loader := New(root.FS())
	if d, err := time.ParseDuration(os.Getenv(childTime)); err == nil {
		loader.limits.time = d
	}
	_, problems := loader.Load(context.Background(), "dev")
	if err := diag.Fprint(os.Stdout, problems, diag.PrintOptions{Source: root.ReadFile}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	if problems.HasErrors() {
		return 1
	}
	return 0
}

// hostile returns an environment whose only component has the given values.
func hostile(values string) map[string]string {
	return map[string]string{"environments/dev/platform.cue": `package environments

import (
	"github.com/lakewright/lakewright/schema/v1alpha1"
	"list"
	"math"
	"math/bits"
	"regexp"
	"strings"
	"text/template"
)

_used: [list, math, bits, regexp, strings, template]
v1alpha1.#Platform & {
	name: "dev"
	cloud: local: {}
	repository: url: "https://git.example/platform.git"
	teams: ads: {}
	custom: api: {chart: "charts/api", namespace: "ads", values: {` + values + `}}
}
`}
}

// TestHostile holds that whatever CUE it is given, a run ends in good time with
// a problem that says where, and that Go's runtime says nothing.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute: left out with -short")
	}
	doubling := func(first, next string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "let x0 = %s\n", first)
		for i := range 60 {
			fmt.Fprintf(&b, "let x%d = %s\n", i+1, strings.ReplaceAll(next, "X", fmt.Sprint("x", i)))
		}
		return b.String() + "x: x60"
	}
	tests := map[string]map[string]string{
		"recursion":               hostile(`#f: {n: int, if n > 0 {next: #f & {"n": n - 1}}}` + "\n" + `x: #f & {n: 1000000}`),
		"recursion without end":   hostile(`#f: {n: int, next: {#f, "n": n + 1}}` + "\n" + `x: #f & {n: 0}`),
		"recursion by pattern":    hostile(`#f: {n: int, out: [if n > 0 {(#f & {"n": n - 1}).out}, 0][0]}` + "\n" + `x: (#f & {n: 1000000}).out`),
		"mutual recursion":        hostile(`#f: {n: int, if n > 0 {next: #g & {"n": n}}}` + "\n" + `#g: {n: int, next: #f & {"n": n - 1}}` + "\n" + `x: #f & {n: 1000000}`),
		"exponential":             hostile(`#f: {n: int, if n > 0 {a: #f & {"n": n - 1}, b: #f & {"n": n - 1}}}` + "\n" + `x: #f & {n: 60}`),
		"comprehension":           hostile(`l: list.Range(0, 1000, 1)` + "\n" + `x: [for a in l for b in l for c in l for d in l {a + b + c + d}]`),
		"comprehension of fields": hostile(`l: list.Range(0, 1000, 1)` + "\n" + `x: {for a in l for b in l for c in l {"\(a)-\(b)-\(c)": 1}}`),
		"list":                    hostile(`x: list.Range(0, 1000000000000, 1)`),
		"lists repeated":          hostile(`x: list.Repeat(list.Repeat([1], 1000000), 1000000)`),
		"list doubled":            hostile(doubling("[1]", "list.Concat([X, X])")),
		"string repeated":         hostile(`x: "x" * 1000000000`),
		"string repeated twice":   hostile(`x: ("x" * 1000000) * 1000000`),
		"string repeated 10 GB":   hostile(`x: ("x" * 100000) * 100000`),
		"strings.Repeat":          hostile(`x: strings.Repeat(strings.Repeat("x", 1000000), 1000000)`),
		"strings.Replace":         hostile(`y: "` + strings.Repeat("x", 1_000_000) + `", x: strings.Replace(y, "x", y, -1)`),
		"string doubled":          hostile(doubling(`"xxxxxxxxxxxxxxxx"`, `"\(X)\(X)"`)),
		"struct doubled":          hostile(doubling(`{a: 1}`, `{a: X, b: X}`)),
		"disjunctions":            hostile(`x: ` + strings.Repeat(`({a: 1} | {b: 2} | {c: 3} | {d: 4}) & `, 40) + `{}`),
		"regular expression":      hostile(`x: regexp.Match("^(a|aa|a*b)*(a|aa)*(a{1,10}){1,90}$", "` + strings.Repeat("a", 1_000_000) + `")`),
		"big number":              hostile(`x: 1e999999`),
		"bigger number":           hostile(`x: 1e999999999 * 1e999999999`),
		"big integer":             hostile(`x: math.Pow(10, 1000000000)`),
		"big integer squared":     hostile(doubling("123456789", "X * X")),
		"big shift":               hostile(`x: bits.Lsh(1, 1000000000000)`),
		"division":                hostile(`x: 1e9999 div 3`),
		"template":                hostile(`x: template.Execute("{{define \"a\"}}{{template \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}", {})`),
		"template loop":           hostile(`l: list.Range(0, 10000, 1), x: template.Execute("{{range $.l}}{{range $.l}}{{range $.l}}xxxxxxxxxxxxxxxx{{end}}{{end}}{{end}}", {"l": l})`),
		"nested lists":            hostile(`x: ` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)),
		"nested lists, 2 MB":      hostile(`x: ` + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000)),
		"nested structs, 2 MB":    hostile(`x: ` + strings.Repeat("{a:", 500_000) + "1" + strings.Repeat("}", 500_000)),
		"chained fields, 3 MB":    hostile(`x: ` + strings.Repeat("a: ", 1_000_000) + "1"),
		"many files, 16 MB":       largeFiles(5),
		"long sum, 4 MB":          hostile(`x: 1` + strings.Repeat("+1", 2_000_000)),
		"long conjunction":        hostile(`x: 1` + strings.Repeat("&1", 1_000_000)),
		"long disjunction":        hostile(`x: 1` + strings.Repeat("|1", 1_000_000)),
		"long selector":           hostile(`x: x` + strings.Repeat(".a", 1_000_000)),
		"long call":               hostile(`x: x` + strings.Repeat("()", 1_000_000)),
		"long index":              hostile(`x: x` + strings.Repeat("[0]", 1_000_000)),
		"unary, 2 MB":             hostile(`x: ` + strings.Repeat("-", 2_000_000) + "1"),
		"clauses":                 hostile(`x: [` + strings.Repeat("for a in [1] ", 200_000) + "{1}]"),
		"interpolations":          hostile(`x: ` + strings.Repeat(`"\(`, 100_000) + `1` + strings.Repeat(`)"`, 100_000)),
		"many fields":             hostile(`x: {` + manyFields(200_000) + `}`),
		"many files":              manyFiles(50_000),
		"many patterns":           hostile(manyPatterns(3_000)),
	}
	// It asks at once for more memory than most machines have. See limits.
	beyond := map[string]bool{"strings.Replace": true}
	for name, files := range tests {
		t.Run(name, func(t *testing.T) {
			const limit = 2 * time.Second
			out, state, elapsed := loadInChild(t, files, childTime+"="+limit.String())
			usage := state.SysUsage().(*syscall.Rusage)
			first, _, _ := strings.Cut(out, "\n")
			t.Logf("exit %d, %s, %d MiB: %s", state.ExitCode(), elapsed.Round(time.Millisecond), usage.Maxrss>>10, first)
			if elapsed > limit+10*time.Second {
				t.Errorf("it took %s, the limit is %s", elapsed, limit)
			}
			// One allocation may double what is in use between two looks at it.
			if usage.Maxrss<<10 > int64(defaultLimits.memory*5/2) {
				t.Errorf("it used %d MiB", usage.Maxrss>>10)
			}
			if beyond[name] && state.ExitCode() == 2 && strings.HasPrefix(out, "fatal error: runtime: out of memory") {
				return
			}
			if code := state.ExitCode(); code != 0 && code != 1 || strings.Contains(out, "goroutine ") {
				t.Errorf("it ended with %s:\n%.2000s", state, out)
			} else if code == 1 && !strings.HasPrefix(out, "environments/") {
				t.Errorf("no position: %.500s", out)
			}
		})
	}
}

func manyFields(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "f%d: %d\n", i, i)
	}
	return b.String()
}

func manyPatterns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "[=~\"%d\"]: int\nf%d: %d\n", i, i, i)
	}
	return b.String()
}

func largeFiles(n int) map[string]string {
	files := hostile("")
	for i := range n {
		files[fmt.Sprintf("environments/dev/f%d.cue", i)] = "package environments\n// " + strings.Repeat("x", maxFile-100)
	}
	return files
}

func manyFiles(n int) map[string]string {
	files := hostile("")
	for i := range n {
		files[fmt.Sprintf("environments/dev/f%d.cue", i)] = fmt.Sprintf("package environments\n\nteams: t%d: {}\n", i)
	}
	return files
}

func loadInChild(t *testing.T, files map[string]string, variables ...string) (output string, state *os.ProcessState, elapsed time.Duration) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), []byte(content))
	}
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, executable)
	cmd.Env = append(append(os.Environ(), childVariable+"="+dir), variables...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState, time.Since(start)
}

// TestEnvironmentVariables holds that CUE's own variables change no result.
func TestEnvironmentVariables(t *testing.T) {
	files := hostile(`b: 1, a: {if x == 1 {c: "d"}, x: 1}`)
	files["environments/dev/bad.cue"] = "package environments\n\nteams: ads: owner: [1]\nnodePools: core: weight: \"x\"\n"
	want, _, _ := loadInChild(t, files)
	if !strings.Contains(want, "unknown field owner") {
		t.Fatal(want)
	}
	for _, variable := range []string{
		"CUE_DEBUG=opendef", "CUE_DEBUG=opendef=1,strict=1,sharing=0,sortfields=0", "CUE_DEBUG=logeval=1", "CUE_DEBUG=parsertrace", "CUE_DEBUG=nonsense",
		"CUE_EXPERIMENT=evalv3=0", "CUE_EXPERIMENT=toposort=0,embed=0,keepvalidators=0", "CUE_EXPERIMENT=nonsense", "CUE_EXPERIMENT=try,aliasv2,explicitopen",
	} {
		t.Run(variable, func(t *testing.T) {
			if got, state, _ := loadInChild(t, files, variable); got != want {
				t.Errorf("%s:\n%s\nwant:\n%s", state, got, want)
			}
		})
	}
}

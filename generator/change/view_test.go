package change

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; run go test ./generator/change -update\n%s", path, diff)
	}
}

// hostile tries to steer a terminal, to close what Markdown has opened, and to
// call people.
const hostile = "a\x1b[2J\u009b1m\u202e|`b`\r```\n</code></details><script>x</script>@org/team https://example.com"

// example is a day's work on an environment.
func example(t testing.TB) *Diff {
	policy := func(actions string) string {
		s, err := json.Marshal(`{"Statement":[{"Sid":"Queue","Action":[` + actions + `],"Effect":"Allow"}]}`)
		if err != nil {
			t.Fatal(err)
		}
		return string(s)
	}
	var long strings.Builder
	for i := range 30 {
		fmt.Fprintf(&long, "line %d\n", i)
	}
	names := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf("subnet-%03d", i))
		}
		s, err := json.Marshal(strings.Join(list, ","))
		if err != nil {
			t.Fatal(err)
		}
		return string(s)
	}
	nodePool := "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: spark}\nspec:\n  limits: {memory: %s}\n" +
		"  template: {spec: {requirements: [{key: karpenter.sh/capacity-type, operator: In, values: [%s]}]}}\n"
	return Compare(
		files{
			"terraform/foundation/main.tf.json": `{"//": "v1", "module": {
				"eks": {"version": "1.33", "zones": ["a", "b"], "policy": ` + policy(`"sqs:GetQueueUrl"`) + `, "subnets": ` + names(40) + `},
				"old": {}}}`,
			"manifests/karpenter/nodepools.yaml": fmt.Sprintf(nodePool, "8Ti", "on-demand"),
			"values/keda.yaml":                   "config: |\n  first\n  second\n  third\nreplicas: 1\nextra: true\n",
			"README.md":                          "# Environment\n\n" + long.String(),
		}.set(t),
		files{
			"terraform/foundation/main.tf.json": `{"//": "v2", "module": {
				"eks": {"version": "1.34", "zones": ["a", "b", "c"], "policy": ` + policy(`"sqs:GetQueueUrl", "sqs:DeleteMessage"`) + `, "subnets": ` + names(55) + `},
				"karpenter": {}}}`,
			"argocd/keda.yaml":                   "kind: Application\nmetadata: {name: keda, namespace: argocd}\n",
			"manifests/karpenter/nodepools.yaml": fmt.Sprintf(nodePool, "16Ti", "on-demand, spot"),
			"values/keda.yaml":                   "config: |\n  first\n  2nd\n  third\nreplicas: 2\nhostile: " + strconv.QuoteToASCII(hostile) + "\n",
			"README.md":                          "# Environment\n",
		}.set(t))
}

func TestViews(t *testing.T) {
	d := example(t)
	checkViews(t, d)
	report := &Report{Environments: []EnvironmentDiff{
		{"dev", Compare(files{}.set(t), files{"argocd/keda.yaml": "kind: Application\nmetadata: {name: keda}\n"}.set(t))},
		{"local", Compare(files{}.set(t), files{}.set(t))},
		{"prod-seoul", d},
	}}
	empty := &Report{Environments: report.Environments[1:2]}
	tests := map[string]func(b *bytes.Buffer) error{
		"diff.txt":        func(b *bytes.Buffer) error { return d.Text(b, Options{}) },
		"diff-color.txt":  func(b *bytes.Buffer) error { return d.Text(b, Options{Color: true}) },
		"diff.md":         func(b *bytes.Buffer) error { return d.Markdown(b) },
		"diff.json":       func(b *bytes.Buffer) error { return encode(b, d) },
		"report.txt":      func(b *bytes.Buffer) error { return report.Text(b, Options{}) },
		"report.md":       func(b *bytes.Buffer) error { return report.Markdown(b) },
		"report.json":     func(b *bytes.Buffer) error { return encode(b, report) },
		"no-changes.txt":  func(b *bytes.Buffer) error { return empty.Text(b, Options{}) },
		"no-changes.md":   func(b *bytes.Buffer) error { return empty.Markdown(b) },
		"no-changes.json": func(b *bytes.Buffer) error { return encode(b, empty) },
	}
	for name, view := range tests {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := view(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.Bytes())
		})
	}
}

func encode(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// checkViews checks what holds for the views of any diff.
func checkViews(t *testing.T, d *Diff) {
	t.Helper()
	var text, markdown, data bytes.Buffer
	if err := d.Text(&text, Options{}); err != nil {
		t.Error(err)
	}
	if err := d.Markdown(&markdown); err != nil {
		t.Error(err)
	}
	if err := encode(&data, d); err != nil {
		t.Error(err)
	}
	for name, view := range map[string]string{"text": text.String(), "Markdown": markdown.String()} {
		for _, r := range view {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s has %q", name, r)
			}
		}
	}
	checkMarkdown(t, markdown.String())
}

var markup = regexp.MustCompile(`^(\*\*[0-9a-z, ]+\*\*|No changes\.|<h3><code>[^<>]*</code></h3>|` +
	`<details( open)?><summary><code>[^<>]*</code>: [0-9a-z, ]+</summary>|</details>|[0-9]+ more sections? not shown\.|)$`)

// checkMarkdown checks that all but our own markup is inside of code blocks.
func checkMarkdown(t *testing.T, s string) {
	t.Helper()
	if len(s) > maxMarkdown+100 {
		t.Errorf("%d bytes of Markdown", len(s))
	}
	inCode := false
	for l := range strings.Lines(s) {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case inCode && l == "```":
			inCode = false
		case inCode:
			// A fence may follow up to three spaces.
			if !strings.ContainsAny(l[:1], "+-! ") || strings.HasPrefix(strings.TrimLeft(l, " "), "`") {
				t.Errorf("line in code block: %q", l)
			}
		case l == "```diff":
			inCode = true
		case !markup.MatchString(l):
			t.Errorf("markup: %q", l)
		}
	}
	if inCode {
		t.Error("a code block stays open")
	}
}

func TestMarkdownFitsComment(t *testing.T) {
	var report Report
	f := files{}
	for i := range 1000 {
		f[fmt.Sprintf("argocd/application-%d.yaml", i)] = fmt.Sprintf("kind: Application\nmetadata: {name: application-%d}\n", i)
	}
	f["terraform/data/main.tf.json"] = `{"module": {"bucket": {}}}`
	large := Compare(files{}.set(t), f.set(t))
	for name, n := range map[string]int{"one environment": 1, "many environments": 20, "too many environments": 400} {
		t.Run(name, func(t *testing.T) {
			report.Environments = nil
			for i := range n {
				report.Environments = append(report.Environments, EnvironmentDiff{fmt.Sprintf("env-%d", i), large})
			}
			var b bytes.Buffer
			if err := report.Markdown(&b); err != nil {
				t.Fatal(err)
			}
			checkMarkdown(t, b.String())
			if n < 400 && strings.Count(b.String(), "+ module.bucket\n") != n {
				t.Error("a long area takes the room of a short one")
			}
			if !strings.Contains(b.String(), " more ") {
				t.Error("the view does not say what it left out")
			}
		})
	}
}

func TestShorten(t *testing.T) {
	x := strings.Repeat("x", 200)
	tests := map[string]struct {
		s    string
		skip int
		want string
	}{
		"short":            {"abc", 2, "abc"},
		"as long as shown": {x[:maxValue], 50, x[:maxValue]},
		"long":             {x, 0, x[:maxValue] + "…(80 more)"},
		"in the middle":    {x, 30, "(30 more)…" + x[:maxValue] + "…(50 more)"},
		"at the end":       {x, 150, "(80 more)…" + x[:maxValue]},
		"no common start":  {x, -20, x[:maxValue] + "…(80 more)"},
		"characters":       {strings.Repeat("한", 121), 0, strings.Repeat("한", 120) + "…(1 more)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := shorten(tt.s, tt.skip); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestPlan reads testdata/plan/plan.json: the first three keys of what
// "terraform show -json" 1.11.4 printed for the plan that leads from an applied
// before.tf to after.tf.
func TestPlan(t *testing.T) {
	data, err := os.ReadFile("testdata/plan/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	var p tfjson.Plan
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	report := &PlanReport{Environment: "prod-seoul", Stacks: []PlanSummary{Plan("foundation", &p)}}

	// The second stack has an object that a failed replacement left behind.
	for _, c := range p.ResourceChanges {
		if c.Change.Actions.Delete() {
			c.DeposedKey = "7bd0ba81"
		}
	}
	report.Stacks = append(report.Stacks, Plan("data", &p))

	var text, color, encoded bytes.Buffer
	if err := report.Text(&text, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := report.Text(&color, Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	if err := encode(&encoded, report); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.txt", text.Bytes())
	golden(t, "plan-color.txt", color.Bytes())
	golden(t, "plan.json", encoded.Bytes())
	if diff := cmp.Diff(text.String(), regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(color.String(), "")); diff != "" {
		t.Errorf("colour moves text:\n%s", diff)
	}
}

func TestPlanWithoutChanges(t *testing.T) {
	kept := &tfjson.ResourceChange{Address: "a.b", Type: "a", Change: &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionNoop}}}
	for name, p := range map[string]*tfjson.Plan{"empty": {}, "kept": {ResourceChanges: []*tfjson.ResourceChange{kept}}} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			report := &PlanReport{Environment: "dev", Stacks: []PlanSummary{Plan("data", p)}}
			if err := report.Text(&b, Options{}); err != nil {
				t.Fatal(err)
			}
			if got, want := b.String(), "No changes.\n"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/cmd/internal/ui"
	"github.com/lakewright/lakewright/generator/check"
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/load"
)

// rulePrefix begins the paths of rules, as opposed to fields.
const rulePrefix = "rule/"

func (a *app) explain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [PATH | rule/CODE]",
		Short: "Explain a field of the schema, or a rule",
		Long: `Explain says what a field means: its type, its default, what follows from it,
and the fields below. With rule/CODE it says why a rule is there and where its
facts come from; a lone rule/ lists the rules.`,
		Example: `  lakewright explain
  lakewright explain nodePools.spark.expireAfter
  lakewright explain rule/spot-safety`,
		GroupID: "understand",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completePath(toComplete), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(_ *cobra.Command, args []string) error {
			path := ""
			if len(args) > 0 {
				path = args[0]
			}
			if code, ok := strings.CutPrefix(path, rulePrefix); ok {
				return a.explainRule(code)
			}
			field, problems := load.Explain(path)
			if err := problems.Err(); err != nil {
				return err
			}
			if a.output == "json" {
				return a.console.JSON(field)
			}
			return writeField(a.console.Out, field, ui.Color(a.console.Out))
		},
	}
}

func (a *app) explainRule(code string) error {
	rules := check.Rules()
	if code == "" {
		if a.output == "json" {
			return a.console.JSON(rules)
		}
		w := tabwriter.NewWriter(a.console.Out, 0, 0, 2, ' ', 0)
		for _, r := range rules {
			fmt.Fprintf(w, "%s%s\t%s\n", rulePrefix, r.Code, r.Summary)
		}
		return w.Flush()
	}
	var codes []string
	for _, r := range rules {
		if r.Code == code {
			if a.output == "json" {
				return a.console.JSON(r)
			}
			fmt.Fprintf(a.console.Out, "%s%s\n  %s\n\n%s\n", rulePrefix, r.Code, r.Summary, wrap(r.Reason, 2))
			for _, s := range r.Sources {
				fmt.Fprintf(a.console.Out, "\n  source: %s", s)
			}
			fmt.Fprintln(a.console.Out)
			return nil
		}
		codes = append(codes, r.Code)
	}
	hint := "lakewright explain " + rulePrefix + " lists them"
	if near := diag.Nearest(code, codes); near != "" {
		hint = "did you mean " + rulePrefix + near + "?"
	}
	return fmt.Errorf("there is no rule %q: %s", code, hint)
}

// completePath completes the last name of a field's path, or a rule.
func completePath(toComplete string) []string {
	var out []string
	if strings.HasPrefix(toComplete, rulePrefix) {
		for _, r := range check.Rules() {
			out = append(out, rulePrefix+r.Code)
		}
		return out
	}
	parent := ""
	if i := strings.LastIndexByte(toComplete, '.'); i >= 0 {
		parent = toComplete[:i]
	}
	field, problems := load.Explain(parent)
	if problems.HasErrors() {
		return nil
	}
	for _, f := range field.Fields {
		if !strings.HasPrefix(f.Path, "<") {
			out = append(out, strings.TrimPrefix(parent+"."+f.Path, "."))
		}
	}
	if parent == "" {
		out = append(out, rulePrefix)
	}
	return out
}

func writeField(w io.Writer, f load.Field, color bool) error {
	strong := func(s string) string {
		if color {
			return "\x1b[1m" + s + "\x1b[0m"
		}
		return s
	}
	path := f.Path
	if path == "" {
		path = "the platform"
	}
	var b strings.Builder
	fmt.Fprintln(&b, strong(path))
	if f.Text != "" {
		fmt.Fprintln(&b, wrap(f.Text, 2))
	}
	fmt.Fprintln(&b)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-9s%s\n", name, strings.TrimLeft(wrap(value, 11), " "))
		}
	}
	line("type", f.Type)
	if f.Required {
		line("required", "yes")
	}
	line("default", f.Default)
	line("unit", f.Unit)
	line("derives", f.Derives)
	line("example", f.Example)
	line("declared", f.Position.String())
	if len(f.Fields) > 0 {
		fmt.Fprintf(&b, "\n%s\n", strong("Fields:"))
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, c := range f.Fields {
			name := c.Path
			if c.Required {
				name += " (required)"
			}
			fmt.Fprintf(t, "  %s\t%s\n", name, c.Summary())
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap breaks text into lines of at most 80 columns, each indented.
func wrap(text string, indent int) string {
	const width = 80
	prefix := strings.Repeat(" ", indent)
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case column == 0:
			b.WriteString(prefix)
			column = indent
		case column+1+n > width:
			b.WriteString("\n" + prefix)
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

package cli

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/cmd/internal/gitops"
	"github.com/lakewright/lakewright/cmd/internal/ui"
	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/change"
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/load"
	"github.com/lakewright/lakewright/generator/tree"
)

func (a *app) diff() *cobra.Command {
	var base string
	c := &cobra.Command{
		Use:   "diff [ENVIRONMENT...]",
		Short: "Show what generate would change, by resource",
		Long: `Diff compiles environments and compares the result, resource by resource and
field by field, with the generated files on disk or, with --base, with those of
a Git commit. It writes nothing. With -o markdown it is a comment for a pull
request.

Exit status: 0 when nothing differs, 2 when something does, 1 after errors.`,
		Example: `  lakewright diff
  lakewright diff prod-seoul --base origin/main
  lakewright diff --base HEAD -o markdown`,
		GroupID:           "compile",
		Annotations:       map[string]string{moreFormats: "markdown"},
		ValidArgsFunction: a.completeEnvironments,
		RunE: func(c *cobra.Command, args []string) error {
			r, names, err := a.open(args)
			if err != nil {
				return err
			}
			environments, err := a.compile(c.Context(), r, names)
			if err != nil {
				return err
			}
			if base == "" {
				if err := a.warnOfDisk(r, environments); err != nil {
					return err
				}
			}
			return a.showDiff(c.Context(), r, environments, base, len(args) == 0)
		},
	}
	c.Flags().StringVar(&base, "base", "", "compare with the generated files of the Git `REVISION`, not with those on disk")
	return c
}

// warnOfDisk says which generated files are on disk as no finished run of
// generate left them.
func (a *app) warnOfDisk(r *repository, environments []generator.Environment) error {
	var warnings diag.List
	warn := func(file, code, summary string) {
		warnings = append(warnings, diag.Diagnostic{Severity: diag.Warning, Code: code, Summary: summary, Position: diag.Position{File: file}})
	}
	for _, e := range environments {
		meta, err := generator.Meta(r.fs, e.Name)
		if err != nil {
			return err
		}
		generated := generator.Tree(r.root, e.Name)
		changes, err := generated.Diff(e.Files, meta)
		if err != nil {
			return err
		}
		if changes.Interrupted {
			warn(generated.Dir, "generated-interrupted", "generate was interrupted here, and the next one completes it")
		}
		for _, file := range changes.Paths(tree.HandEdited) {
			warn(path.Join(generated.Dir, file), "generated-edited", "generated file was edited by hand, and generate refuses to overwrite it without --force")
		}
	}
	if a.output != "json" {
		a.showProblems(warnings)
	}
	return nil
}

// showDiff compares environments with what stands on disk or, with base, in a
// Git commit. With all set, environments that only the commit has are removed.
func (a *app) showDiff(ctx context.Context, r *repository, environments []generator.Environment, base string, all bool) error {
	after := map[string]*artifact.Set{}
	for _, e := range environments {
		after[e.Name] = e.Files
	}
	before := func(name string) (*artifact.Set, error) { return generator.Tree(r.root, name).Files() }
	if base != "" {
		commit, err := gitops.Open(r.root, base)
		if err != nil {
			return err
		}
		before = func(name string) (*artifact.Set, error) {
			return commit.Files(ctx, generator.Tree(r.root, name).Dir, tree.IndexFile)
		}
		if all {
			names, err := commit.Folders(load.Folder)
			if err != nil {
				return err
			}
			for _, name := range names {
				if after[name] == nil {
					after[name] = &artifact.Set{}
				}
			}
		}
	}
	report := change.Report{Environments: []change.EnvironmentDiff{}}
	differs := false
	for _, name := range slices.Sorted(maps.Keys(after)) {
		old, err := before(name)
		if err != nil {
			return err
		}
		d := change.Compare(old, after[name])
		differs = differs || !d.IsZero()
		report.Environments = append(report.Environments, change.EnvironmentDiff{Name: name, Diff: d})
	}
	var err error
	switch a.output {
	case "json":
		err = a.console.JSON(report)
	case "markdown":
		err = report.Markdown(a.console.Out)
	default:
		err = report.Text(a.console.Out, change.Options{Color: ui.Color(a.console.Out)})
	}
	if err != nil {
		return fmt.Errorf("writing the diff: %w", err)
	}
	if differs {
		if base == "" {
			a.console.Note("Next: lakewright generate")
		}
		return errDiffers
	}
	return nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/tree"
)

func (a *app) generate() *cobra.Command {
	var check, force bool
	c := &cobra.Command{
		Use:   "generate [ENVIRONMENT...]",
		Short: "Write environments/*/generated",
		Long: `Generate compiles environments and writes what they compile to below
environments/<environment>/generated. With a problem in any environment nothing
is written; each environment is then written as a whole. It touches only files
that its index lists, and refuses to overwrite those that were edited by hand.
Commit the result beside the CUE.

Exit status: 0 when the files are current, 1 after errors, and with --check 2
when they are not current.`,
		Example: `  lakewright generate
  lakewright generate prod-seoul
  lakewright generate --check      in CI: fail when the commit is stale`,
		GroupID:           "compile",
		ValidArgsFunction: a.completeEnvironments,
		RunE: func(c *cobra.Command, args []string) error {
			if check && force {
				return errors.New("--check writes nothing, so --force does not go with it")
			}
			r, names, err := a.open(args)
			if err != nil {
				return err
			}
			if check {
				return a.checkGenerated(c.Context(), r, names)
			}
			return a.writeGenerated(c.Context(), r, names, tree.Options{Force: force})
		},
	}
	c.Flags().BoolVar(&check, "check", false, "write nothing; exit with 2 when generated files are not current")
	c.Flags().BoolVar(&force, "force", false, "overwrite generated files that were edited by hand, and files in their place")
	return c
}

// generatedView is the JSON form of what generate did to one environment.
type generatedView struct {
	Environment string `json:"environment"`
	// Current says that nothing had to be written.
	Current bool `json:"current"`
	// Files is the number of generated files, 0 when nothing had to be compiled.
	Files   int           `json:"files,omitempty"`
	Changes []tree.Change `json:"changes"`
	Seconds float64       `json:"seconds"`
}

// generatedReport is the JSON form of a run: what it did, and the warnings.
type generatedReport struct {
	Environments []generatedView `json:"environments"`
	Problems     diag.List       `json:"problems"`
}

// writeGenerated compiles the environments whose inputs or files have changed
// and writes them. Nothing is written, in any environment, when one has errors
// or a file that may not be overwritten.
func (a *app) writeGenerated(ctx context.Context, r *repository, names []string, o tree.Options) error {
	start := time.Now()
	views := make([]generatedView, len(names))
	metas := map[string]tree.Meta{}
	var stale []string
	warnings := diag.List{}
	for i, name := range names {
		views[i] = generatedView{Environment: name, Changes: []tree.Change{}}
		meta, err := generator.Meta(r.fs, name)
		if s := r.stamped(name, meta.Inputs); err == nil && !o.Force && s != nil {
			views[i].Current, err = generator.Tree(r.root, name).Unchanged(meta)
			if views[i].Current {
				warnings = append(warnings, s.Warnings...)
			}
		}
		if err != nil || !views[i].Current {
			views[i].Current = false // Compiling says what is wrong, if anything is.
			metas[name] = meta
			stale = append(stale, name)
		}
	}
	environments, err := a.compile(ctx, r, stale)
	if err != nil {
		return err
	}
	if a.output != "json" && len(stale) < len(names) {
		a.showProblems(warnings.Sort())
	}
	var refused diag.List
	for _, e := range environments {
		meta, err := generator.Meta(r.fs, e.Name)
		if err != nil {
			return err
		}
		if meta != metas[e.Name] {
			return fmt.Errorf("the CUE files of %s changed while they were compiled: run it again", e.Name)
		}
		list, err := generator.Tree(r.root, e.Name).Refusals(e.Files, meta, o)
		refused = append(refused, list...)
		if problems, ok := errors.AsType[diag.List](err); ok {
			refused = append(refused, problems...)
		} else if err != nil {
			return err
		}
	}
	if err := refused.Sort().Err(); err != nil {
		return err
	}
	for _, e := range environments {
		if err = a.write(ctx, r, e, metas[e.Name], o, &views[slices.Index(names, e.Name)]); err != nil {
			break // What is written is shown all the same.
		}
	}
	if a.output == "json" && err == nil {
		return a.console.JSON(generatedReport{views, append(warnings, a.problemsOf(environments)...).Sort()})
	}
	if a.output != "json" {
		err = errors.Join(err, a.printGenerated(views))
	}
	if err != nil {
		return err
	}
	next := "git diff, then commit the CUE and what was generated"
	if !slices.ContainsFunc(views, func(v generatedView) bool { return !v.Current }) {
		next = "lakewright plan " + names[len(names)-1] + " --offline"
	}
	a.console.Note("%s in %s. Next: %s", count(len(names), "environment"), round(time.Since(start)), next)
	return nil
}

// write writes one compiled environment and says in view what it did.
func (a *app) write(ctx context.Context, r *repository, e generator.Environment, meta tree.Meta, o tree.Options, view *generatedView) error {
	began := time.Now()
	changes, err := generator.Tree(r.root, e.Name).Write(ctx, e.Files, meta, o)
	if err != nil {
		return err
	}
	r.remember(e, meta.Inputs)
	view.Files = e.Files.Len()
	view.Changes = changed(changes)
	view.Current = len(view.Changes) == 0
	view.Seconds = (e.Elapsed + time.Since(began)).Seconds()
	return nil
}

// checkGenerated compares what environments compile to with what is on disk.
// It compiles in full: what CI trusts does not rest on a recorded hash.
func (a *app) checkGenerated(ctx context.Context, r *repository, names []string) error {
	environments, err := a.compile(ctx, r, names)
	if err != nil {
		return err
	}
	views := make([]generatedView, len(environments))
	differs := false
	for i, e := range environments {
		meta, err := generator.Meta(r.fs, e.Name)
		if err != nil {
			return err
		}
		changes, err := generator.Tree(r.root, e.Name).Diff(e.Files, meta)
		if err != nil {
			return err
		}
		views[i] = generatedView{
			Environment: e.Name, Current: changes.Current(), Files: e.Files.Len(), Changes: changed(changes), Seconds: e.Elapsed.Seconds(),
		}
		differs = differs || !changes.Current()
	}
	if a.output == "json" {
		err = a.console.JSON(generatedReport{views, a.problemsOf(environments)})
	} else {
		err = a.printGenerated(views)
	}
	if err != nil {
		return err
	}
	if differs {
		a.console.Note("Generated files are not current. Next: lakewright generate, and commit what it writes")
		return errDiffers
	}
	return nil
}

// changed returns the files that are not as they are generated.
func changed(c tree.Changes) []tree.Change {
	out := []tree.Change{}
	for _, f := range c.Files {
		if f.Status != tree.Unchanged {
			out = append(out, f)
		}
	}
	return out
}

// printGenerated writes a line an environment, and below it the files that are
// not current.
func (a *app) printGenerated(views []generatedView) error {
	w := tabwriter.NewWriter(a.console.Out, 0, 0, 2, ' ', 0)
	for _, v := range views {
		if v.Current {
			fmt.Fprintf(w, "%s\tcurrent\n", v.Environment)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", v.Environment, count(v.Files, "file"), count(len(v.Changes), "change"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	const most = 20
	for _, v := range views {
		for i, c := range v.Changes {
			if i == most {
				fmt.Fprintf(a.console.Out, "  … and %d more\n", len(v.Changes)-most)
				break
			}
			fmt.Fprintf(a.console.Out, "  %-11s %s\n", c.Status, generator.Tree("", v.Environment).Dir+"/"+c.Path)
		}
	}
	return nil
}

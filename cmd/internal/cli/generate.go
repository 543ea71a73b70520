package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/tree"
)

func (a *app) generate() *cobra.Command {
	var check, force bool
	c := &cobra.Command{
		Use:   "generate [ENVIRONMENT...]",
		Short: "Write environments/*/generated",
		Long: `Generate compiles environments and writes what they compile to below
environments/<environment>/generated, all of it or nothing. It touches only
files that its index lists, and refuses to overwrite those that were edited by
hand. Commit the result beside the CUE.

Exit status: 0 when the files are current, 1 after errors, and with --check 2
when they are not current.`,
		Example: `  lakewright generate
  lakewright generate prod-seoul
  lakewright generate --check      in CI: fail when the commit is stale`,
		GroupID:           "compile",
		ValidArgsFunction: a.completeEnvironments,
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.format(); err != nil {
				return err
			}
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

// writeGenerated compiles the environments whose inputs or files have changed
// and writes them. Nothing is written when any environment has errors.
func (a *app) writeGenerated(ctx context.Context, r *repository, names []string, o tree.Options) error {
	start := time.Now()
	views := make([]generatedView, len(names))
	metas := make([]tree.Meta, len(names))
	var stale []string
	for i, name := range names {
		views[i] = generatedView{Environment: name, Changes: []tree.Change{}}
		meta, err := generator.Meta(r.fs, name)
		if err == nil {
			metas[i] = meta
			views[i].Current, err = generator.Tree(r.root, name).Unchanged(meta)
		}
		if err != nil || !views[i].Current || o.Force {
			views[i].Current = false // Compiling says what is wrong, if anything is.
			stale = append(stale, name)
		}
	}
	compiled := map[string]generator.Environment{}
	environments, err := a.compile(ctx, r, stale)
	if err != nil {
		return err
	}
	for _, e := range environments {
		compiled[e.Name] = e
	}
	for i, name := range names {
		e, ok := compiled[name]
		if !ok {
			continue
		}
		began := time.Now()
		meta, err := generator.Meta(r.fs, name)
		if err != nil {
			return err
		}
		if metas[i].Inputs != "" && meta.Inputs != metas[i].Inputs {
			return fmt.Errorf("the CUE files of %s changed while they were compiled: run it again", name)
		}
		changes, err := generator.Tree(r.root, name).Write(ctx, e.Files, meta, o)
		if err != nil {
			return err
		}
		views[i].Files = e.Files.Len()
		views[i].Changes = changed(changes)
		views[i].Current = len(views[i].Changes) == 0
		views[i].Seconds = (e.Elapsed + time.Since(began)).Seconds()
	}
	if a.output == "json" {
		return a.console.JSON(map[string]any{"environments": views})
	}
	if err := a.printGenerated(views); err != nil {
		return err
	}
	next := "git diff, then commit the CUE and what was generated"
	if len(stale) == 0 {
		next = "lakewright plan " + names[len(names)-1] + " --offline"
	}
	a.console.Note("%s in %s. Next: %s", count(len(names), "environment"), round(time.Since(start)), next)
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
		err = a.console.JSON(map[string]any{"environments": views})
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

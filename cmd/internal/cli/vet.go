package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/check"
	"github.com/lakewright/lakewright/generator/diag"
)

func (a *app) vet() *cobra.Command {
	return &cobra.Command{
		Use:   "vet [ENVIRONMENT...]",
		Short: "Load and check environments; show every problem at once",
		Long: `Vet loads environments and checks them, each value against the schema and the
whole against the rules that span components. It shows every problem with the
place where its value is written, and writes nothing.

Exit status: 0 without errors, 1 with errors.`,
		Example: `  lakewright vet
  lakewright vet prod-seoul -o json`,
		GroupID:           "compile",
		ValidArgsFunction: a.completeEnvironments,
		RunE: func(c *cobra.Command, args []string) error {
			start := time.Now()
			r, names, err := a.open(args)
			if err != nil {
				return err
			}
			environments := generator.Vet(c.Context(), r.fs, names)
			if err := c.Context().Err(); err != nil {
				return err
			}
			problems := a.problemsOf(environments)
			if problems.HasErrors() {
				return problems
			}
			if a.output == "json" {
				return a.console.JSON(problemsView{problems})
			}
			a.showProblems(problems)
			fmt.Fprintf(a.console.Out, "%s (%s): the schema and %d rules hold, in %s\n",
				count(len(names), "environment"), strings.Join(names, ", "), len(check.Rules()), round(time.Since(start)))
			a.console.Note("Next: lakewright generate")
			return nil
		},
	}
}

// open opens the repository and resolves the names of environments.
func (a *app) open(args []string) (*repository, []string, error) {
	r, err := a.openRepository()
	if err != nil {
		return nil, nil, err
	}
	names, err := r.environments(args)
	return r, names, err
}

// compile compiles environments, or fails with all their problems. Warnings are
// shown.
func (a *app) compile(ctx context.Context, r *repository, names []string) ([]generator.Environment, error) {
	environments := generator.Compile(ctx, r.fs, names)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	problems := a.problemsOf(environments)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	if a.output != "json" {
		a.showProblems(problems)
	}
	return environments, nil
}

// problemsOf gathers the problems of environments. One in a file that several
// share is there once.
func (a *app) problemsOf(environments []generator.Environment) diag.List {
	all := diag.List{}
	for _, e := range environments {
		all = append(all, e.Problems...)
		a.unchecked = a.unchecked || e.Platform == nil
	}
	return all.Sort()
}

// round shortens a duration to what a person reads.
func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/cmd/internal/terraform"
	"github.com/lakewright/lakewright/cmd/internal/ui"
	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/change"
	"github.com/lakewright/lakewright/generator/component"
)

func (a *app) plan() *cobra.Command {
	var offline bool
	c := &cobra.Command{
		Use:   "plan ENVIRONMENT",
		Short: "Plan every Terraform stack of an environment",
		Long: `Plan compiles an environment and runs terraform init, validate and plan on each
of its stacks, in a temporary folder: nothing is written to the repository and
nothing is applied. Your own Terraform CLI configuration holds, with its mirrors
and caches.

With --offline it needs no credentials, no backend and no state: it plans
against an empty account, and calls nobody but the source of the provider.

Exit status: 0 when every stack plans, 1 after errors.`,
		Example: `  lakewright plan dev --offline
  lakewright plan prod-seoul -o json`,
		GroupID:           "compile",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeEnvironments,
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.format(); err != nil {
				return err
			}
			r, names, err := a.open(args)
			if err != nil {
				return err
			}
			environments, err := a.compile(c.Context(), r, names)
			if err != nil {
				return err
			}
			return a.planEnvironment(c.Context(), r, environments[0], offline)
		},
	}
	c.Flags().BoolVar(&offline, "offline", false, "plan without credentials, backend and state, as if nothing existed")
	return c
}

func (a *app) planEnvironment(ctx context.Context, r *repository, e generator.Environment, offline bool) (err error) {
	stacks := stacksOf(e.Files)
	report := change.PlanReport{Environment: e.Name, Stacks: []change.PlanSummary{}}
	if len(stacks) > 0 {
		var w *terraform.Workspace
		if w, err = terraform.New(ctx, r.root, generator.Tree(r.root, e.Name).Dir, e.Files, offline); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, w.Close()) }()
		for _, stack := range stacks {
			plan, err := w.Plan(ctx, stack, a.console.Step)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				return err
			}
			report.Stacks = append(report.Stacks, change.Plan(stack, plan))
		}
	}
	if a.output == "json" {
		return a.console.JSON(report)
	}
	if len(stacks) == 0 {
		fmt.Fprintf(a.console.Out, "%s has no Terraform: it runs on a local cluster.\n", e.Name)
		return nil
	}
	return report.Text(a.console.Out, change.Options{Color: ui.Color(a.console.Out)})
}

// stacksOf returns the stacks that an environment has, in the order in which
// they are applied.
func stacksOf(files *artifact.Set) []string {
	var stacks []string
	for _, stack := range component.StackOrder {
		for _, f := range files.Files() {
			if strings.HasPrefix(f.Path, "terraform/"+stack+"/") {
				stacks = append(stacks, stack)
				break
			}
		}
	}
	return stacks
}

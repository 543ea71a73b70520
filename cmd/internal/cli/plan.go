package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/cmd/internal/terraform"
	"github.com/lakewright/lakewright/cmd/internal/ui"
	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/change"
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

func (a *app) planEnvironment(ctx context.Context, r *repository, e generator.Environment, offline bool) error {
	report := change.PlanReport{Environment: e.Name, Stacks: []change.PlanSummary{}}
	var stacks []string
	for _, stack := range e.Compiled.Stacks {
		stacks = append(stacks, stack.Name)
	}
	if len(stacks) > 0 {
		var err error
		if report.Stacks, err = a.planStacks(ctx, r, e, stacks, offline); err != nil {
			return err
		}
	}
	if a.output == "json" {
		return a.console.JSON(report)
	}
	if len(stacks) == 0 {
		fmt.Fprintf(a.console.Out, "%s has no Terraform: it runs on a local cluster.\n", e.Name)
		return nil
	}
	if err := report.Text(a.console.Out, change.Options{Color: ui.Color(a.console.Out)}); err != nil {
		return err
	}
	if offline {
		a.console.Note("Next: lakewright plan %s, with AWS credentials, plans against the account", e.Name)
		return nil
	}
	a.console.Note("Next: lakewright generate %s, then apply the stacks in this order:", e.Name)
	for _, stack := range stacks {
		terraform := "terraform -chdir=" + relative(r.root, generator.Tree(r.root, e.Name).Dir+"/terraform/"+stack)
		a.console.Note("  %[1]s init && %[1]s apply", terraform)
	}
	return nil
}

// planStacks plans stacks in a workspace that is gone when it returns.
func (a *app) planStacks(ctx context.Context, r *repository, e generator.Environment, stacks []string, offline bool) (summaries []change.PlanSummary, err error) {
	w, err := terraform.New(ctx, r.root, generator.Tree(r.root, e.Name).Dir, e.Files, offline)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for _, stack := range stacks {
		plan, err := w.Plan(ctx, stack, a.console.Step)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, err
		}
		summaries = append(summaries, change.Plan(stack, plan))
	}
	return summaries, nil
}

// Package cli holds the verbs of the lakewright command, one file a verb.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/cmd/internal/ui"
	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/diag"
)

// The exit statuses.
const (
	exitDone    = 0 // done, or nothing differs
	exitFailed  = 1
	exitDiffers = 2 // something differs
)

// errDiffers ends a command whose product is a difference that was found.
var errDiffers = errors.New("differs")

// Main runs the command and returns its exit status. The first interrupt ends
// the run in order, the second at once.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // From then on the signal has its own effect: it kills.
	return run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

func run(ctx context.Context, args []string, out, err io.Writer) int {
	a := &app{console: ui.New(out, err)}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(err)
	failed := root.ExecuteContext(ctx)
	if failed != nil {
		a.readFlags(root, args)
	}
	return a.report(failed)
}

// readFlags reads the flags that all verbs share, as far as args have them:
// also an error that ends the reading of flags, such as a verb that is not
// known, is told in the format that the user asked for.
func (a *app) readFlags(root *cobra.Command, args []string) {
	lenient := &cobra.Command{FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true}}
	lenient.Flags().AddFlagSet(root.PersistentFlags())
	for i := range slices.Backward(args) {
		_ = lenient.ParseFlags(args[i:]) // What is wrong with them has been found.
	}
}

// app is what the verbs share.
type app struct {
	console    *ui.Console
	dir        string // -C
	output     string // --output
	repository *repository
	// unchecked says that an environment could not be loaded, so that the rules
	// have not seen it.
	unchecked bool
}

func (a *app) root() *cobra.Command {
	cobra.EnableCommandSorting = false // Verbs stand in the order in which one meets them.
	c := &cobra.Command{
		Use:   "lakewright",
		Short: "Compile a data platform from CUE to Terraform and Argo CD",
		Long: `Lakewright compiles a data platform that is described in CUE, below environments,
into everything that runs it: Terraform for the cloud, Argo CD Applications for
the cluster, and the policies that tie them together.

Results go to standard output, progress and problems to standard error. With
-o json, standard output is one JSON document, also when a command fails; help
and completion are text.

Exit status:
  0  done, or nothing differs
  1  failed
  2  something differs: diff, generate --check`,
		Example: `  lakewright vet                   check every environment
  lakewright generate              write environments/*/generated
  lakewright diff                  what generate would change, by resource
  lakewright plan dev --offline    what Terraform would do, without credentials`,
		Version:       generator.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if all := formats(c); !slices.Contains(all, a.output) {
				return fmt.Errorf("--output %q is not one of %s", a.output, strings.Join(all, ", "))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := c.Help(); err != nil {
				return err
			}
			fmt.Fprintln(a.console.Out, "\nNext: "+a.next())
			return nil
		},
	}
	f := c.PersistentFlags()
	f.StringVarP(&a.dir, "directory", "C", "", "run as if started in `DIR`")
	f.StringVarP(&a.output, "output", "o", "text", "`FORMAT` of the result: text or json, and for diff markdown")
	f.BoolVarP(&a.console.Quiet, "quiet", "q", false, "print no progress")
	c.SetVersionTemplate("lakewright {{.Version}}\n")
	c.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	c.AddGroup(
		&cobra.Group{ID: "compile", Title: "Compile:"},
		&cobra.Group{ID: "understand", Title: "Understand:"},
	)
	c.SetHelpCommandGroupID("understand")
	c.SetCompletionCommandGroupID("understand")
	c.AddCommand(a.vet(), a.generate(), a.diff(), a.plan(), a.explain(), a.version())
	_ = c.RegisterFlagCompletionFunc("output", func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return formats(c), cobra.ShellCompDirectiveNoFileComp
	})
	_ = c.MarkFlagDirname("directory")
	return c
}

// next is the command that a person would type now.
func (a *app) next() string {
	if _, err := a.openRepository(); err != nil {
		return "change to a repository with an environments folder, or name it with -C"
	}
	return "lakewright vet"
}

// report prints err, once, and returns the exit status.
func (a *app) report(err error) int {
	var problems diag.List
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errDiffers):
		return exitDiffers
	case errors.As(err, &problems):
		a.printProblems(problems)
	default:
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted")
		}
		if a.output == "json" {
			_ = a.console.JSON(map[string]string{"error": err.Error()})
		}
		fmt.Fprintln(a.console.Err, "lakewright: "+err.Error())
	}
	return exitFailed
}

// moreFormats is the annotation of a verb that has a format which others have not.
const moreFormats = "formats"

// formats returns what a verb takes for --output.
func formats(c *cobra.Command) []string {
	all := []string{"text", "json"}
	if more, ok := c.Annotations[moreFormats]; ok {
		all = append(all, more)
	}
	return all
}

package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/generator"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		GroupID: "understand",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.output == "json" {
				return a.console.JSON(map[string]string{
					"version": generator.Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
				})
			}
			_, err := fmt.Fprintf(a.console.Out, "lakewright %s %s %s/%s\n", generator.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// Command lakewright compiles a data platform from CUE to Terraform and Argo CD.
package main

import (
	"os"

	"github.com/lakewright/lakewright/cmd/internal/cli"
)

func main() { os.Exit(cli.Main()) }

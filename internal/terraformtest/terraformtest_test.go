package terraformtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestEnvironment installs the provider as a root module asks for it.
func TestEnvironment(t *testing.T) {
	environment := Environment(t)
	root := t.TempDir()
	err := os.WriteFile(filepath.Join(root, "main.tf"), []byte(`terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
`), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("terraform", "-chdir="+root, "init", "-input=false", "-no-color")
	command.Env = append(os.Environ(), environment...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command.Args, err, out)
	}
	if _, err := os.Stat(filepath.Join(root, ".terraform/providers/registry.terraform.io/hashicorp/aws")); err != nil {
		t.Errorf("terraform init installed no AWS provider: %v", err)
	}
}

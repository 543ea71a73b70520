// Package terraformtest lets tests run the real Terraform with the real AWS
// provider where both are on the machine, and skips them where they are not.
package terraformtest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Environment returns environment variables, as NAME=value, under which
// terraform installs the AWS provider from this machine and asks no registry.
// It skips the test when terraform is not in PATH or when no binary of version
// 5 of the provider is found. The variables hold until the test ends.
func Environment(t testing.TB) []string {
	t.Helper()
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("needs terraform in PATH")
	}
	provider := findProvider()
	if provider == "" {
		t.Skipf("needs terraform-provider-aws_v5* for %s, which is not in %s", platform, strings.Join(searched(), ", "))
	}
	mirror := t.TempDir()
	version := binarySyntax.FindStringSubmatch(filepath.Base(provider))[1]
	folder := filepath.Join(mirror, "registry.terraform.io/hashicorp/aws", version)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(provider), filepath.Join(folder, platform)); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(mirror, "terraform.tfrc")
	if err := os.WriteFile(config, fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"TF_CLI_CONFIG_FILE=" + config, "CHECKPOINT_DISABLE=1"}
}

const platform = runtime.GOOS + "_" + runtime.GOARCH

var (
	binarySyntax = regexp.MustCompile(`^terraform-provider-aws_v(5\.[0-9]+\.[0-9]+)(_x5)?(\.exe)?$`)
	mirrorSyntax = regexp.MustCompile(`(?m)^\s*(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"`)
)

// findProvider returns the path of a provider binary, or "" when there is none.
var findProvider = sync.OnceValue(func() string {
	var found string
	for _, root := range searched() {
		filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // a folder that may not be read holds no provider for us
			case !entry.IsDir() && binarySyntax.MatchString(entry.Name()) && filepath.Base(filepath.Dir(path)) == platform:
				found = path
				return fs.SkipAll
			}
			return nil
		})
		if found != "" {
			break
		}
	}
	return found
})

// searched returns the folders that are searched: the mirrors and the cache that
// Terraform itself is told of, its standard plugin folders, and where machine
// images put software.
// Source: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
func searched() []string {
	home, _ := os.UserHomeDir()
	config := os.Getenv("TF_CLI_CONFIG_FILE")
	if config == "" {
		config = filepath.Join(home, ".terraformrc")
	}
	var roots []string
	if content, err := os.ReadFile(config); err == nil {
		for _, mirror := range mirrorSyntax.FindAllStringSubmatch(string(content), -1) {
			roots = append(roots, mirror[1])
		}
	}
	if cache := os.Getenv("TF_PLUGIN_CACHE_DIR"); cache != "" {
		roots = append(roots, cache)
	}
	return append(roots,
		filepath.Join(home, ".terraform.d"),
		filepath.Join(home, ".local/share/terraform"),
		"/usr/share/terraform",
		"/usr/local",
		"/opt",
	)
}

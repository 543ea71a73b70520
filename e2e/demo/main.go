// Command demo shows what the built binary does with the environments of this
// repository, and what one edited line changes. It leaves the tree as it is.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if err := demo(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

const (
	environment = "prod-seoul"
	file        = "environments/" + environment + "/platform.cue"
	before      = `"write"`
	after       = `"read-write"`
)

func demo() error {
	binary, err := build()
	if err != nil {
		return err
	}
	say("\n$ lakewright vet")
	if err := show(binary, ".", 0, "vet", "-q"); err != nil {
		return err
	}
	if err := compile(binary); err != nil {
		return err
	}
	if err := edit(binary); err != nil {
		return err
	}
	say("\nThe tree is as it was. Next: edit a file below environments, then bin/lakewright diff")
	return nil
}

func build() (string, error) {
	binary, err := filepath.Abs("bin/lakewright")
	if err != nil {
		return "", err
	}
	say("$ go build -o bin/lakewright ./cmd/lakewright    the first time takes some minutes")
	start := time.Now()
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/lakewright")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w", cmd, err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return "", err
	}
	say("%d MB in %.1fs", info.Size()/1e6, time.Since(start).Seconds())
	return binary, nil
}

// compile compiles every environment and tells what is in them.
func compile(binary string) error {
	say("\n$ lakewright generate --check")
	start := time.Now()
	cmd := exec.Command(binary, "generate", "--check", "-q", "-o", "json")
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 2) {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	elapsed := time.Since(start)
	var result struct {
		Environments []struct {
			Environment string
			Current     bool
			Files       int
		}
	}
	if err := json.Unmarshal(output, &result); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "environment\tTerraform stacks\tApplications\tfiles\t")
	var stale []string
	for _, e := range result.Environments {
		generated := filepath.Join("environments", e.Environment, "generated")
		stacks, err := filepath.Glob(filepath.Join(generated, "terraform/*/main.tf.json"))
		if err != nil {
			return err
		}
		documents, err := filepath.Glob(filepath.Join(generated, "argocd/*.yaml"))
		if err != nil {
			return err
		}
		applications := 0
		for _, document := range documents {
			if filepath.Base(document) != "projects.yaml" {
				applications++
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", e.Environment, len(stacks), applications, e.Files)
		if !e.Current {
			stale = append(stale, e.Environment)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(stale) > 0 {
		return fmt.Errorf("what is generated for %s is not current: run \"make generate\"", strings.Join(stale, ", "))
	}
	say("compiled in %.2fs; what is generated is current, so nothing changes", elapsed.Seconds())
	return nil
}

// edit edits one line in a copy and shows what that changes.
func edit(binary string) error {
	dir, err := os.MkdirTemp("", "lakewright-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, folder := range []string{"charts", "environments", "modules"} {
		err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	path := filepath.Join(dir, file)
	cue, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var line string
	for l := range strings.Lines(string(cue)) {
		if strings.Contains(l, before) {
			line = l
		}
	}
	if line == "" {
		return fmt.Errorf("%s has no line with %s to edit", file, before)
	}
	edited := strings.Replace(line, before, after, 1)
	if err := os.WriteFile(path, []byte(strings.Replace(string(cue), line, edited, 1)), 0o644); err != nil {
		return err
	}
	say("\nOne edited line, on a copy of %s:", file)
	say("- %s\n+ %s", strings.TrimSpace(line), strings.TrimSpace(edited))
	say("\n$ lakewright diff %s", environment)
	return show(binary, dir, 2, "diff", environment, "-q")
}

// show runs the binary as a user sees it.
func show(binary, dir string, status int, args ...string) error {
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return err
	}
	if got := cmd.ProcessState.ExitCode(); got != status {
		return fmt.Errorf("%s: exit status %d, want %d", cmd, got, status)
	}
	return nil
}

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

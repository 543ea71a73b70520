// Package e2e drives the built binary as a user does, from a fresh clone.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	project string // the root of this checkout
	binary  string // built from it, once
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		out, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
		if err != nil {
			fmt.Fprintln(os.Stderr, "e2e needs a Git checkout:", err)
			return 1
		}
		project = strings.TrimSpace(string(out))
		dir, err := os.MkdirTemp("", "lakewright-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "lakewright")
		build := exec.Command("go", "build", "-o", binary, "./cmd/lakewright")
		build.Dir, build.Stderr = project, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "building lakewright:", err)
			return 1
		}
		return m.Run()
	}())
}

// clone makes a clone of the checkout's HEAD with the work tree's changes and
// new files on top, committed, so that what is tested is what the developer sees.
func clone(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "platform")
	git(t, project, "clone", "--quiet", "--no-hardlinks", project, dir)
	changed := git(t, project, "ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")
	for file := range strings.SplitSeq(strings.TrimRight(changed, "\x00"), "\x00") {
		if file == "" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(project, file))
		target := filepath.Join(dir, file)
		if errors.Is(err, os.ErrNotExist) {
			err = os.RemoveAll(target)
		} else if err == nil {
			if err = os.MkdirAll(filepath.Dir(target), 0o755); err == nil {
				err = os.WriteFile(target, content, 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if git(t, dir, "status", "--porcelain") != "" {
		commit(t, dir, "Changes of the work tree")
	}
	return dir
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}

func commit(t *testing.T, dir, message string) {
	t.Helper()
	git(t, dir, "add", "--all")
	git(t, dir, "-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "commit", "--quiet", "--allow-empty", "--message", message)
}

// A result is how a process ended.
type result struct {
	status         int
	stdout, stderr string
}

// lakewright runs the binary in dir to its end.
func lakewright(t *testing.T, dir string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	return finish(t, command(ctx, dir, args...))
}

func command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, binary, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Dir(binary)) // Leave nothing in the user's.
	return c
}

func finish(t *testing.T, c *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", c, err)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// want fails the test unless the process ended with a status and its output
// holds the texts.
func (r result) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if r.status != status {
		t.Fatalf("exit status %d, want %d\nstdout:\n%s\nstderr:\n%s", r.status, status, r.stdout, r.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(r.stdout+r.stderr, text) {
			t.Fatalf("the output lacks %q\nstdout:\n%s\nstderr:\n%s", text, r.stdout, r.stderr)
		}
	}
}

// edit replaces one text in a file of the clone.
func edit(t *testing.T, dir, file, old, new string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(file))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(content, []byte(old)); n != 1 {
		t.Fatalf("%s holds %q %d times, want once", file, old, n)
	}
	if err := os.WriteFile(path, bytes.Replace(content, []byte(old), []byte(new), 1), 0o644); err != nil {
		t.Fatal(err)
	}
}

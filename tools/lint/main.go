// Command lint runs the linters over every Go module of the repository, and the
// tests that hold its formats and its import table.
//
// It runs in its own folder, "go -C tools/lint run .", whose go.mod pins the
// linters without bending the versions that the product is built from.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const root = "../.."

func main() {
	if err := lint(); err != nil {
		fmt.Fprintln(os.Stderr, "lint:", err)
		os.Exit(1)
	}
}

// A check is a command that finds fault.
type check struct {
	// dir is relative to the repository's root.
	dir  string
	argv []string
	// needs, where it is set, says what the check needs and the machine lacks.
	needs func() error
}

func lint() error {
	staticcheck, err := tool("staticcheck")
	if err != nil {
		return err
	}
	govulncheck, err := tool("govulncheck")
	if err != nil {
		return err
	}
	modules, err := filepath.Glob(filepath.Join(root, "tools/*/go.mod"))
	if err != nil {
		return err
	}

	checks := []check{{dir: ".", argv: []string{"gofmt", "-d", "."}}}
	for _, module := range append([]string{filepath.Join(root, "go.mod")}, modules...) {
		dir, err := filepath.Rel(root, filepath.Dir(module))
		if err != nil {
			return err
		}
		checks = append(checks,
			check{dir: dir, argv: []string{"go", "vet", "./..."}},
			check{dir: dir, argv: []string{staticcheck, "./..."}},
		)
	}
	checks = append(checks,
		check{dir: ".", argv: []string{"go", "test", "-count=1", "-run", "^(TestFormat|TestImports)$", "./generator", "./modules", "./schema"}},
		check{dir: ".", argv: []string{govulncheck, "./..."}, needs: func() error { return reachable(govulncheck) }},
	)

	var failed int
	for _, c := range checks {
		if err := c.run(); err != nil {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(checks))
	}
	return nil
}

// run runs the check and prints what came of it.
func (c check) run() error {
	start := time.Now()
	title := fmt.Sprintf("%s (in %s)", strings.Join(append([]string{filepath.Base(c.argv[0])}, c.argv[1:]...), " "), c.dir)
	if c.needs != nil {
		if err := c.needs(); err != nil {
			fmt.Printf("skipped: %s: %v\n", title, err)
			return nil
		}
	}
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Dir = filepath.Join(root, c.dir)
	verdict := "ok"
	output, err := cmd.CombinedOutput()
	if err != nil {
		verdict = "FAIL: " + err.Error()
		os.Stdout.Write(output)
	}
	fmt.Printf("%.1fs %s: %s\n", time.Since(start).Seconds(), title, verdict)
	return err
}

// tool builds a tool of this module's go.mod and returns its path.
func tool(name string) (string, error) {
	cmd := exec.Command("go", "tool", "-n", name)
	cmd.Stderr = os.Stderr
	path, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("building %s: %w", name, err)
	}
	return strings.TrimSpace(string(path)), nil
}

// reachable reports whether govulncheck gets at the vulnerability database,
// which a closed network does not have. It scans this small module, since the
// whole product would take a minute to load first.
func reachable(govulncheck string) error {
	output, err := exec.Command(govulncheck, "-scan", "module").CombinedOutput()
	if err != nil && bytes.Contains(output, []byte("govulncheck: fetching vulnerabilities: ")) {
		return fmt.Errorf("needs the vulnerability database: %s", bytes.TrimSpace(output))
	}
	return nil
}

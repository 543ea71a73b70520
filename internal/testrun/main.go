// Command testrun runs "go test" and tells, before its last lines, which tests
// were skipped and why.
//
// Its arguments are those of "go test". Where the variable CI is set, a skipped
// test fails the run unless its reason begins with "needs ": what a test needs
// and the machine lacks is the only reason to skip it.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Getenv("CI") != "", os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "testrun:", err)
		os.Exit(1)
	}
}

func run(args []string, ci bool, stdout, stderr io.Writer) error {
	start := time.Now()
	// The flag comes last, since -C must be the first.
	cmd := exec.Command("go", slices.Concat([]string{"test"}, args, []string{"-json"})...)
	cmd.Stderr = stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	r := report{out: stdout, output: map[test][]string{}, packages: map[string]*strings.Builder{}}
	readErr := r.read(events)
	testErr := cmd.Wait()

	r.printSkipped()
	fmt.Fprintf(stderr, "tested in %.1fs\n", time.Since(start).Seconds())
	fmt.Fprintf(stdout, "%d passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skipped))
	fmt.Fprint(stdout, r.last)
	if ci {
		return errors.Join(readErr, testErr, r.unexplained())
	}
	return errors.Join(readErr, testErr)
}

// test names a test, or with an empty Name a package.
type test struct{ Package, Name string }

type skip struct {
	test
	Reason string
}

// A report prints a stream of test events as "go test" would, and counts tests.
type report struct {
	out            io.Writer
	output         map[test][]string           // lines of tests that have not ended
	packages       map[string]*strings.Builder // what is printed when a package ends
	last           string                      // the same of the last one that ended, held so that the run ends as "go test" does
	passed, failed int
	skipped        []skip
}

// event is what "go doc test2json" and "go help buildjson" describe.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

func (r *report) read(events io.Reader) error {
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if !bytes.HasPrefix(line, []byte("{")) || json.Unmarshal(line, &e) != nil {
				fmt.Fprint(r.out, string(line))
			} else {
				r.add(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) add(e event) {
	if e.Action == "build-output" {
		fmt.Fprint(r.out, e.Output)
		return
	}
	t := test{e.Package, e.Test}
	text := r.packages[e.Package]
	if text == nil {
		text = new(strings.Builder)
		r.packages[e.Package] = text
	}
	switch {
	case e.Action == "output" && strings.HasPrefix(e.Output, "=== "):
	case e.Action == "output" && e.Test != "":
		r.output[t] = append(r.output[t], e.Output)
	case e.Action == "output" && e.Output != "PASS\n":
		text.WriteString(e.Output)
	case e.Action == "pass" && e.Test != "":
		r.passed++
	case e.Action == "skip" && e.Test != "":
		r.skipped = append(r.skipped, skip{t, reason(r.output[t])})
	case e.Action == "fail" && e.Test != "":
		r.failed++
		text.WriteString(strings.Join(r.output[t], ""))
	}
	if e.Action != "pass" && e.Action != "skip" && e.Action != "fail" {
		return
	}
	delete(r.output, t)
	if e.Test == "" {
		fmt.Fprint(r.out, r.last)
		r.last = text.String()
		delete(r.packages, e.Package)
	}
}

var position = regexp.MustCompile(`^[^ :]+\.go:[0-9]+: `)

// reason returns the last thing that a skipped test said.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--- SKIP: ") {
			return position.ReplaceAllString(line, "")
		}
	}
	return "no reason given"
}

func (r *report) printSkipped() {
	slices.SortFunc(r.skipped, func(a, b skip) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name))
	})
	for _, s := range r.skipped {
		fmt.Fprintf(r.out, "skipped: %s %s: %s\n", s.Package, s.Name, s.Reason)
	}
}

// unexplained reports the tests that were skipped although nothing was missing.
func (r *report) unexplained() error {
	var errs []error
	for _, s := range r.skipped {
		if !strings.HasPrefix(s.Reason, "needs ") {
			errs = append(errs, fmt.Errorf("%s %s was skipped for a reason that does not begin with \"needs \": %s", s.Package, s.Name, s.Reason))
		}
	}
	return errors.Join(errs...)
}

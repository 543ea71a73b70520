package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestRun(t *testing.T) {
	tests := map[string]struct {
		source string
		ci     bool
		stdout string
		err    string
	}{
		"pass": {
			source: `func TestA(t *testing.T) { t.Run("b", func(t *testing.T) { t.Log("quiet") }) }`,
			stdout: "2 passed, 0 failed, 0 skipped\n" +
				"ok  \texample.com/m\tN\n",
		},
		"fail": {
			source: `func TestA(t *testing.T) { t.Fatal("no such luck") }`,
			stdout: "0 passed, 1 failed, 0 skipped\n" +
				"    m_test.go:4: no such luck\n" +
				"--- FAIL: TestA (N)\n" +
				"FAIL\n" +
				"FAIL\texample.com/m\tN\n",
			err: "exit status 1",
		},
		"skip for want of something": {
			source: `func TestA(t *testing.T) { t.Skip("needs a cluster") }`,
			ci:     true,
			stdout: "skipped: example.com/m TestA: needs a cluster\n" +
				"0 passed, 0 failed, 1 skipped\n" +
				"ok  \texample.com/m\tN\n",
		},
		"skip for no good reason": {
			source: `func TestA(t *testing.T) { t.Skip("flaky: sometimes") }`,
			stdout: "skipped: example.com/m TestA: flaky: sometimes\n" +
				"0 passed, 0 failed, 1 skipped\n" +
				"ok  \texample.com/m\tN\n",
		},
		"skip for no good reason in CI": {
			source: `func TestA(t *testing.T) { t.SkipNow() }`,
			ci:     true,
			stdout: "skipped: example.com/m TestA: no reason given\n" +
				"0 passed, 0 failed, 1 skipped\n" +
				"ok  \texample.com/m\tN\n",
			err: `example.com/m TestA was skipped for a reason that does not begin with "needs ": no reason given`,
		},
		"fail beside a pass": {
			source: `func TestA(t *testing.T) { t.Log("quiet") }; func TestB(t *testing.T) { t.Run("c", func(t *testing.T) { t.Error("loud") }) }`,
			stdout: "1 passed, 2 failed, 0 skipped\n" +
				"    m_test.go:4: loud\n" +
				"--- FAIL: TestB/c (N)\n" +
				"--- FAIL: TestB (N)\n" +
				"FAIL\n" +
				"FAIL\texample.com/m\tN\n",
			err: "exit status 1",
		},
		"does not compile": {
			source: `func TestA(t *testing.T) { return 1 }`,
			stdout: "# example.com/m [example.com/m.test]\n" +
				"./m_test.go:4:35: too many return values\n" +
				"\thave (number)\n" +
				"\twant ()\n" +
				"0 passed, 0 failed, 0 skipped\n" +
				"FAIL\texample.com/m [build failed]\n",
			err: "exit status 1",
		},
	}
	seconds := regexp.MustCompile(`[0-9]+\.[0-9]+s`)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.26\n")
			write(t, filepath.Join(dir, "m_test.go"), "package m\n\nimport \"testing\"\n"+tc.source+"\n")

			var stdout, stderr bytes.Buffer
			err := run([]string{"-C", dir, "./..."}, tc.ci, &stdout, &stderr)
			if got := seconds.ReplaceAllString(stdout.String(), "N"); got != tc.stdout {
				t.Errorf("printed\n%s\nwant\n%s\nand on stderr\n%s", got, tc.stdout, stderr.String())
			}
			var message string
			if err != nil {
				message = err.Error()
			}
			if message != tc.err {
				t.Errorf("error %q, want %q", message, tc.err)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

package cli

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lakewright/lakewright/internal/terraformtest"
)

var update = flag.Bool("update", false, "rewrite what scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lakewright": func() { os.Exit(Main()) }})
}

// TestScript runs the scripts of testdata/script: each is a repository, commands
// and what they print.
func TestScript(t *testing.T) { runScripts(t, "script", nil) }

// TestTerraformScript runs the scripts that need Terraform and its AWS provider.
func TestTerraformScript(t *testing.T) {
	runScripts(t, "terraform", terraformtest.Environment(t))
}

func runScripts(t *testing.T, dir string, environment []string) {
	project, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", dir),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, environment...)
			env.Setenv("PROJECT", project)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+who+"_NAME", "script")
				env.Setenv("GIT_"+who+"_EMAIL", "script@example.com")
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"document": document, "status": status, "untimed": untimed},
	})
}

// status N COMMAND... runs a command that must end with exit status N. The
// commands that look at stdout and stderr follow.
func status(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND...")
	}
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

var duration = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)?(ms|s)\b`)

// document stdout says that it is one JSON document and nothing else.
func document(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 1 {
		ts.Fatalf("usage: document stdout")
	}
	content := ts.ReadFile(args[0])
	if !json.Valid([]byte(content)) {
		ts.Fatalf("%s is not one JSON document:\n%s", args[0], content)
	}
}

// untimed FILE COMMAND-OUTPUT copies stdout or stderr to a file, with TIME in
// the place of every duration.
func untimed(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 2 {
		ts.Fatalf("usage: untimed stdout|stderr FILE")
	}
	content := duration.ReplaceAllString(ts.ReadFile(args[0]), "TIME")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(content), 0o644))
}

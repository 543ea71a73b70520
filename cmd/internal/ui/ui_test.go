package ui

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Off a terminal each step is one line, at its end.
func TestStepOffTerminal(t *testing.T) {
	for name, test := range map[string]struct {
		result error
		want   string
	}{
		"done":   {nil, `^✓ terraform init data [0-9.]+m?s\n$`},
		"failed": {errors.New("no"), `^✗ terraform init data [0-9.]+m?s\n$`},
	} {
		t.Run(name, func(t *testing.T) {
			var out, progress bytes.Buffer
			done := New(&out, &progress).Step("terraform init data")
			if progress.Len() > 0 {
				t.Errorf("the step is not done, and there is %q", &progress)
			}
			done(test.result)
			if !regexp.MustCompile(test.want).Match(progress.Bytes()) {
				t.Errorf("got %q, want %s", &progress, test.want)
			}
			if out.Len() > 0 {
				t.Errorf("standard output has %q", &out)
			}
		})
	}
}

func TestNote(t *testing.T) {
	var out, progress bytes.Buffer
	New(&out, &progress).Note("%d of %d", 1, 2)
	if got := progress.String(); got != "1 of 2\n" || out.Len() > 0 {
		t.Errorf("standard error has %q, standard output %q", got, &out)
	}
}

// Quiet silences progress and not the product.
func TestQuiet(t *testing.T) {
	var out, progress bytes.Buffer
	c := New(&out, &progress)
	c.Quiet = true
	c.Step("plan")(errors.New("no"))
	c.Note("Next: nothing")
	if err := c.JSON(map[string]string{"a": "<b>"}); err != nil {
		t.Fatal(err)
	}
	if progress.Len() > 0 {
		t.Errorf("standard error has %q", &progress)
	}
	if got, want := out.String(), "{\n  \"a\": \"<b>\"\n}\n"; got != want {
		t.Errorf("standard output has %q, want %q", got, want)
	}
}

func TestColor(t *testing.T) {
	// The side of a pseudo-terminal that a terminal emulator holds is a terminal, too.
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("needs a pseudo-terminal: %v", err)
	}
	defer pty.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, test := range map[string]struct {
		term, noColor   string
		terminal, color bool
	}{
		"terminal":             {term: "xterm-256color", terminal: true, color: true},
		"NO_COLOR":             {term: "xterm-256color", noColor: "1", terminal: true},
		"terminal that is not": {term: "dumb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TERM", test.term)
			t.Setenv("NO_COLOR", test.noColor)
			if got := Terminal(pty); got != test.terminal {
				t.Errorf("Terminal = %t", got)
			}
			if got := Color(pty); got != test.color {
				t.Errorf("Color = %t", got)
			}
			if Terminal(file) || Color(file) || Color(new(bytes.Buffer)) {
				t.Error("a file or a buffer is taken for a terminal")
			}
		})
	}
}

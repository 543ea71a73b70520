// Package ui writes what a command says: its product to standard output, its
// progress to standard error.
package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// A Console is where a command writes.
type Console struct {
	Out, Err io.Writer
	// Quiet silences progress.
	Quiet bool
}

// New returns a console on the given streams.
func New(out, err io.Writer) *Console { return &Console{Out: out, Err: err} }

// Terminal reports whether w is a terminal that understands more than plain lines.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// Color reports whether w shows ANSI colours: it is a terminal, and the user
// did not refuse them (https://no-color.org).
func Color(w io.Writer) bool { return Terminal(w) && os.Getenv("NO_COLOR") == "" }

// JSON writes v to standard output, indented.
func (c *Console) JSON(v any) error {
	e := json.NewEncoder(c.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Step shows that something is under way until the returned function is called
// with its result: a spinner on a terminal, else a line at the end.
func (c *Console) Step(text string) (done func(error)) {
	if c.Quiet {
		return func(error) {}
	}
	start := time.Now()
	finish := func(mark string) {
		fmt.Fprintf(c.Err, "%s %s %s\n", mark, text, time.Since(start).Round(100*time.Millisecond))
	}
	result := func(err error) string {
		if err != nil {
			return "✗"
		}
		return "✓"
	}
	if !Terminal(c.Err) {
		return func(err error) { finish(result(err)) }
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		frames := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			fmt.Fprintf(c.Err, "\r%c %s %s", frames[i%len(frames)], text, time.Since(start).Round(time.Second))
			select {
			case <-tick.C:
			case <-stop:
				fmt.Fprint(c.Err, "\r\x1b[2K")
				return
			}
		}
	}()
	var once sync.Once
	return func(err error) {
		once.Do(func() {
			close(stop)
			<-stopped
			finish(result(err))
		})
	}
}

// Note writes a line of progress.
func (c *Console) Note(format string, args ...any) {
	if !c.Quiet {
		fmt.Fprintf(c.Err, format+"\n", args...)
	}
}

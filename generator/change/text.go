package change

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Options say how a text view is written.
type Options struct {
	// Color marks the parts with ANSI colours.
	Color bool
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	amber = "\x1b[33m"
	reset = "\x1b[0m"
)

func (o Options) paint(code, s string) string {
	if !o.Color || code == "" {
		return s
	}
	return code + s + reset
}

var colors = map[byte]string{'+': green, '-': red, '~': amber}

// Text writes the diff for a terminal: areas, their resources, the fields that
// differ, and the counts.
func (d *Diff) Text(w io.Writer, o Options) error {
	if d.IsZero() {
		_, err := fmt.Fprintln(w, noChanges)
		return err
	}
	var b bytes.Buffer
	d.text(&b, o)
	fmt.Fprintln(&b, d.Counts)
	_, err := w.Write(b.Bytes())
	return err
}

func (d *Diff) text(b *bytes.Buffer, o Options) {
	for _, a := range d.areas() {
		fmt.Fprintln(b, o.paint(bold, printable(a.name)))
		for _, l := range a.lines {
			fmt.Fprintf(b, "  %s%s %s\n", strings.Repeat("    ", l.depth), o.paint(colors[l.mark], string(l.mark)), l.text)
		}
		b.WriteByte('\n')
	}
}

// Text writes the diffs of the environments that differ for a terminal, and the
// total.
func (r *Report) Text(w io.Writer, o Options) error {
	environments, _ := r.changed()
	var b bytes.Buffer
	for _, e := range environments {
		fmt.Fprintf(&b, "%s: %s\n\n", o.paint(bold, printable(e.Name)), e.Diff.Counts)
		e.Diff.text(&b, o)
	}
	fmt.Fprintln(&b, r.Total())
	_, err := w.Write(b.Bytes())
	return err
}

package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// PrintOptions say how [Fprint] shows a list to a person.
type PrintOptions struct {
	// Source returns the content of a file named in a position. When it is set,
	// each problem shows its source line with a caret.
	Source func(file string) ([]byte, error)
	// Color marks the parts with ANSI colours.
	Color bool
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	amber = "\x1b[33m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

// Fprint writes the list as text, a block a problem: position and summary, the
// source line, then what was found, what is allowed and what to do.
func Fprint(w io.Writer, l List, o PrintOptions) error {
	paint := func(code, s string) string {
		if !o.Color {
			return s
		}
		return code + s + reset
	}
	var b bytes.Buffer
	for _, d := range l {
		if !d.Position.IsZero() {
			b.WriteString(paint(bold, d.Position.String()) + ": ")
		}
		if d.Severity == Warning {
			b.WriteString(paint(amber, "warning: "))
		}
		fmt.Fprintf(&b, "%s [%s]\n", d.Summary, d.Code)
		writeSource(&b, d.Position, o.Source, func(s string) string { return paint(red, s) })
		field := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "  %s %s\n", paint(faint, name+":"), value)
			}
		}
		field("found", d.Found)
		field("allowed", d.Allowed)
		field("hint", d.Hint)
		for _, r := range d.Related {
			field(r.Note, r.Position.String())
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// maxSourceLine is how many bytes of a source line are shown: a generated line
// of a megabyte helps nobody.
const maxSourceLine = 160

func writeSource(b *bytes.Buffer, p Position, source func(string) ([]byte, error), mark func(string) string) {
	if source == nil || p.Line == 0 {
		return
	}
	content, err := source(p.File)
	if err != nil {
		return // The position alone still says where.
	}
	for range p.Line - 1 {
		_, rest, ok := bytes.Cut(content, []byte("\n"))
		if !ok {
			return
		}
		content = rest
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	if p.Column < 1 || p.Column > len(line)+1 || p.Column > maxSourceLine {
		return
	}
	if len(line) > maxSourceLine {
		line = line[:maxSourceLine]
	}
	// The caret line repeats the tabs of the source line, so that both indent alike.
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(bytes.ToValidUTF8(line[:p.Column-1], []byte(" "))))
	fmt.Fprintf(b, "    %s\n    %s%s\n", bytes.ToValidUTF8(line, []byte("?")), indent, mark("^"))
}

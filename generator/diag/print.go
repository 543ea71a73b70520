package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PrintOptions say how [Fprint] shows a list to a person.
type PrintOptions struct {
	// Source returns the content of a file named in a position. When it is set,
	// each problem shows its source line with a caret.
	Source func(file string) ([]byte, error)
	// File, when it is set, turns a position's file into the name to show.
	File func(file string) string
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
// source line, then what was found, what is allowed and what to do. What the
// user wrote is shown without control characters, which a terminal would obey.
func Fprint(w io.Writer, l List, o PrintOptions) error {
	paint := func(code, s string) string {
		if !o.Color {
			return s
		}
		return code + s + reset
	}
	place := func(p Position) string {
		if o.File != nil {
			p.File = o.File(p.File)
		}
		return visible(p.String())
	}
	var b bytes.Buffer
	for _, d := range l {
		if !d.Position.IsZero() {
			b.WriteString(paint(bold, place(d.Position)) + ": ")
		}
		if d.Severity == Warning {
			b.WriteString(paint(amber, "warning: "))
		}
		fmt.Fprintf(&b, "%s [%s]\n", visible(d.Summary), visible(d.Code))
		if o.Source != nil && d.Position.Line > 0 {
			if content, err := o.Source(d.Position.File); err == nil { // Else the position alone says where.
				if before, after, ok := excerpt(content, d.Position); ok {
					fmt.Fprintf(&b, "    %s%s\n    %s%s\n", flat(before), flat(after), blank(before), paint(red, "^"))
				}
			}
		}
		field := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "  %s %s\n", paint(faint, visible(name)+":"), value)
			}
		}
		field("found", visible(d.Found))
		field("allowed", visible(d.Allowed))
		field("hint", visible(d.Hint))
		for _, r := range d.Related {
			field(r.Note, place(r.Position))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// maxExcerpt is how many bytes of a source line are shown: a generated line of
// a megabyte helps nobody.
const maxExcerpt = 160

// excerpt returns what stands before and after a position in its line, cut to
// maxExcerpt around it. It is not ok when there is no such line or it is blank.
func excerpt(content []byte, p Position) (before, after string, ok bool) {
	for range p.Line - 1 {
		if _, content, ok = bytes.Cut(content, []byte("\n")); !ok {
			return "", "", false
		}
	}
	cut, _, _ := bytes.Cut(content, []byte("\n"))
	line := strings.TrimSuffix(string(cut), "\r")
	if strings.TrimSpace(line) == "" || p.Column < 1 {
		return "", "", false
	}
	at := min(p.Column-1, len(line)) // The end of a file is behind its last line.
	from, to := 0, len(line)
	if len(line) > maxExcerpt {
		from = max(0, at-maxExcerpt/2)
		to = min(len(line), from+maxExcerpt)
	}
	for from > 0 && from < at && !utf8.RuneStart(line[from]) {
		from++
	}
	for to < len(line) && to > at && !utf8.RuneStart(line[to]) {
		to--
	}
	before, after = line[from:at], line[at:to]
	if from > 0 {
		before = "…" + before
	}
	if to < len(line) {
		after += "…"
	}
	return before, after, true
}

// visible writes out what a terminal would obey or hide: control characters,
// line breaks, marks of direction, spaces that are none.
func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(fmt.Sprintf("%+q", r), "'"))
		}
	}
	return b.String()
}

// flat is visible for a source line, where every character keeps its place.
func flat(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\ufeff':
			return -1 // A byte order mark takes no place.
		case r == utf8.RuneError:
			return '?'
		case r == '\t' || unicode.IsPrint(r):
			return r
		}
		return ' '
	}, s)
}

// blank returns the white space that is as wide as s: tabs stay tabs, letters
// of double width become spaces of double width.
func blank(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == '\ufeff', unicode.In(r, unicode.Mn, unicode.Me):
			return -1
		case wide(r):
			return '\u3000'
		}
		return ' '
	}, s)
}

// wide reports whether terminals give a character two columns.
// Source: https://www.unicode.org/reports/tr11/, the scripts and blocks that
// are wide almost throughout.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) && r != '\uff65' && (r < '\uff66' || r > '\uffdc') ||
		r >= '\u3000' && r <= '\u303e' || r >= '\uff01' && r <= '\uff60' || r >= '\U0001f300' && r <= '\U0001faff'
}

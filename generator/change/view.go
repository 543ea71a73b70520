package change

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Limits of what the views for people show. JSON has everything.
const (
	maxValue = 120 // characters of a value
	maxLines = 20  // lines of a text that differ
	// lead is how much of what two values have in common stays in view before
	// their first difference.
	lead = 20
)

// A line is one line of a view for people.
type line struct {
	// mark is '+', '-', '~', or ' ' for a remark.
	mark  byte
	depth int
	text  string
}

// An area is what the views show together.
type area struct {
	name string
	Counts
	lines []line
}

// areas lays the diff out for people.
func (d *Diff) areas() []area {
	var areas []area
	for _, r := range d.Resources {
		if len(areas) == 0 || areas[len(areas)-1].name != r.Area {
			areas = append(areas, area{name: r.Area})
		}
		a := &areas[len(areas)-1]
		a.count(r.Action)
		a.lines = append(a.lines, r.lines()...)
	}
	return areas
}

var marks = map[Action]byte{Added: '+', Changed: '~', Removed: '-'}

func (r *Resource) lines() []line {
	title := r.Address
	if (r.Area == "argocd" || r.Area == "manifests") && r.Address != r.File {
		title += " (" + r.File + ")"
	}
	list := []line{{marks[r.Action], 0, printable(title)}}
	for _, f := range r.Fields {
		list = append(list, f.lines()...)
	}
	return list
}

func (f *Field) lines() []line {
	name := cmp.Or(printable(f.Path), "value")
	switch f.Action {
	case Added:
		return []line{{'+', 1, name + ": " + shorten(show(f.After), 0)}}
	case Removed:
		return []line{{'-', 1, name + ": " + shorten(show(f.Before), 0)}}
	}
	before, isText := f.Before.(string)
	after, ok := f.After.(string)
	if isText && ok && strings.Contains(before+after, "\n") {
		if f.Path == "" {
			return textLines(1, before, after)
		}
		return append([]line{{'~', 1, name + ":"}}, textLines(2, before, after)...)
	}
	b, a := show(f.Before), show(f.After)
	skip := commonPrefix(b, a) - lead
	return []line{{'~', 1, name + ": " + shorten(b, skip) + " → " + shorten(a, skip)}}
}

// textLines shows the lines in which two texts differ.
func textLines(depth int, before, after string) []line {
	old, new := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	var list []line
	add := func(mark byte, lines []string) {
		for _, l := range lines {
			list = append(list, line{mark, depth, shorten(printable(strings.TrimSuffix(l, "\n")), 0)})
		}
	}
	for _, h := range hunks(old, new) {
		add('-', old[h.before:h.beforeEnd])
		add('+', new[h.after:h.afterEnd])
	}
	if more := len(list) - maxLines; more > 0 {
		list = append(list[:maxLines], line{' ', depth, "… " + count(more, "more line")})
	}
	return list
}

// show formats a decoded JSON value as printable JSON on one line.
func show(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // Decoded JSON encodes.
	}
	return printable(strings.TrimSuffix(b.String(), "\n"))
}

// printable escapes what could steer a terminal or disguise text: control
// characters, and those that Unicode does not call printable, such as marks that
// turn the direction of writing.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// shorten cuts s to maxValue characters, the first skip of them left out when it
// is too long, and says how many are not shown.
func shorten(s string, skip int) string {
	runes := []rune(s)
	if len(runes) <= maxValue {
		return s
	}
	skip = min(max(skip, 0), len(runes)-maxValue)
	end := skip + maxValue
	s = string(runes[skip:end])
	if skip > 0 {
		s = fmt.Sprintf("(%d more)…%s", skip, s)
	}
	if rest := len(runes) - end; rest > 0 {
		s = fmt.Sprintf("%s…(%d more)", s, rest)
	}
	return s
}

// commonPrefix returns how many characters a and b begin with alike.
func commonPrefix(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}

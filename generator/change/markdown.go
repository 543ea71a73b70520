package change

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"
)

const (
	// maxMarkdown keeps the view below the 65,536 characters that GitHub takes
	// in a comment, with room for what a caller puts around it.
	maxMarkdown = 60_000
	// openLines is how long an area may be to be shown unfolded.
	openLines = 20
)

// Markdown writes the diff for a GitHub comment: a section an area, folded when
// it is long, with its lines in a code block of the language diff. Where that
// would be too long for a comment, the areas share the room and say how many
// lines are not shown.
func (d *Diff) Markdown(w io.Writer) error {
	var m markdown
	if d.IsZero() {
		m.WriteString(noChanges + "\n")
	} else {
		fmt.Fprintf(&m, "**%s**\n\n", d.Counts)
		m.diff(d, maxMarkdown-m.Len())
	}
	return m.flush(w)
}

// Markdown writes the total and the diffs of the environments that differ for a
// GitHub comment, as [Diff.Markdown] does.
func (r *Report) Markdown(w io.Writer) error {
	var m markdown
	environments, _ := r.changed()
	if len(environments) == 0 {
		m.WriteString(noChanges + "\n")
	} else {
		fmt.Fprintf(&m, "**%s**\n\n", r.Total())
	}
	for i, e := range environments {
		size := (maxMarkdown - m.Len()) / (len(environments) - i)
		heading := fmt.Sprintf("<h3>%s</h3>\n\n", code(e.Name))
		if len(heading) > size {
			m.left++
			continue
		}
		m.WriteString(heading)
		m.diff(e.Diff, size-len(heading))
	}
	return m.flush(w)
}

type markdown struct {
	bytes.Buffer
	// left is the number of sections that there was no room for.
	left int
}

func (m *markdown) flush(w io.Writer) error {
	if m.left > 0 {
		fmt.Fprintf(m, "%s not shown.\n", count(m.left, "more section"))
	}
	_, err := w.Write(m.Bytes())
	return err
}

// diff writes the areas of d within size bytes.
func (m *markdown) diff(d *Diff, size int) {
	end := m.Len() + size
	areas := d.areas()
	for i, a := range areas {
		m.area(a, (end-m.Len())/(len(areas)-i))
	}
}

// area writes a within size bytes.
func (m *markdown) area(a area, size int) {
	open := ""
	if len(a.lines) <= openLines {
		open = " open"
	}
	// A block that begins with a tag is HTML up to the next empty line: only HTML
	// needs escaping there, and GitHub looks for no mentions in <code>. In the
	// code block nothing is markup but a fence, and every line begins with a mark.
	head := fmt.Sprintf("<details%s><summary>%s: %s</summary>\n\n```diff\n", open, code(a.name), a.Counts)
	const tail = "```\n\n</details>\n\n"
	const remark = 40 // what the remark on lines not shown takes at most
	size -= len(head) + len(tail) + remark
	if size < 0 {
		m.left++
		return
	}
	m.WriteString(head)
	for i, l := range a.lines {
		// GitHub colours a line of a diff by its first character; "!" is a change.
		s := strings.ReplaceAll(string(l.mark), "~", "!") + strings.Repeat("    ", l.depth) + " " + l.text + "\n"
		if size -= len(s); size < 0 {
			fmt.Fprintf(m, "  … %s\n", count(len(a.lines)-i, "more line"))
			break
		}
		m.WriteString(s)
	}
	m.WriteString(tail)
}

// code formats s as inline code in an HTML block.
func code(s string) string {
	return "<code>" + html.EscapeString(printable(s)) + "</code>"
}

// Package diag describes what is wrong with a user's input and where they wrote it.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Position is a place in a file that the user wrote. The zero Position means
// that no place is known.
type Position struct {
	// File is the path relative to the repository's root, with forward slashes.
	File string `json:"file,omitempty"`
	// Line and Column count from 1; Column counts bytes. Both are 0 when the
	// position names a file as a whole.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// IsZero reports whether no place is known.
func (p Position) IsZero() bool { return p == Position{} }

// String formats p as file:line:column, as editors and CI annotations read it.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

func (p Position) compare(q Position) int {
	return cmp.Or(
		strings.Compare(p.File, q.File),
		cmp.Compare(p.Line, q.Line),
		cmp.Compare(p.Column, q.Column),
	)
}

// Severity says whether a diagnostic stops the run.
type Severity string

const (
	// Error stops the run: nothing is written.
	Error Severity = "error"
	// Warning is shown and does not stop the run.
	Warning Severity = "warning"
)

// A Related position is a second place that a diagnostic speaks of, such as the
// other side of a conflict.
type Related struct {
	Position Position `json:"position"`
	// Note says what stands there, in a few words.
	Note string `json:"note"`
}

// A Diagnostic is one problem. All texts are one line without a final period
// and name fields by their path in CUE.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	// Code names the kind of problem in kebab-case. Rules that span components
	// can be looked up with "lakewright explain rule/<code>".
	Code string `json:"code"`
	// Summary says what is wrong in one sentence.
	Summary string `json:"summary"`
	// Found is the value as it was found, and Allowed what may stand there.
	// Either may be empty where the summary says it all.
	Found   string `json:"found,omitempty"`
	Allowed string `json:"allowed,omitempty"`
	// Hint says what to do next.
	Hint     string    `json:"hint,omitempty"`
	Position Position  `json:"position"`
	Related  []Related `json:"related,omitempty"`
}

// A List holds every problem of a run. It is an error when it holds an Error.
type List []Diagnostic

// Sort orders the list by position, then code and summary, and drops
// repetitions.
func (l List) Sort() List {
	slices.SortFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			a.Position.compare(b.Position),
			strings.Compare(a.Code, b.Code),
			strings.Compare(a.Summary, b.Summary),
		)
	})
	return slices.CompactFunc(l, func(a, b Diagnostic) bool {
		return a.Position == b.Position && a.Code == b.Code && a.Summary == b.Summary
	})
}

// HasErrors reports whether any diagnostic stops the run.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err returns l as an error when it has errors, else nil.
func (l List) Err() error {
	if l.HasErrors() {
		return l
	}
	return nil
}

// Error formats the list one line a problem. Commands print a List with
// [Fprint] instead, which shows all of it.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = visible(d.Position.String() + ": " + d.Summary)
	}
	return strings.Join(lines, "\n")
}

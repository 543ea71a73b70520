package load

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
)

// An explainer turns CUE's errors into diagnostics in the user's terms: one for
// each path, at the place where the user wrote the value.
type explainer struct {
	schema    *schemaIndex
	positions *positions
	// value is the environment as CUE evaluated it.
	value cue.Value
	// admits reports whether the schema takes a value, given in CUE, at a field.
	admits func(f schemaField, value string) bool
	// literals are the literals of the user's files, their packages included,
	// and names what those files define.
	literals map[diag.Position]*ast.BasicLit
	names    []string
}

// index finds the literals and names of files of the user.
func (e *explainer) index(files []*ast.File) {
	e.literals = map[diag.Position]*ast.BasicLit{}
	names := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				if name, isIdent, err := ast.LabelName(field.Label); err == nil && isIdent {
					names[name] = true
				}
			}
		}
		ast.Walk(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Interpolation:
				return false // Its literals are parts of a string.
			case *ast.BasicLit:
				e.literals[position(n.Pos())] = n
			case *ast.Field:
				if name, isIdent, err := ast.LabelName(n.Label); err == nil && isIdent && (name[0] == '_' || name[0] == '#') {
					names[name] = true
				}
			case *ast.LetClause:
				names[n.Ident.Name] = true
			}
			return true
		}, nil)
	}
	e.names = slices.Sorted(maps.Keys(names))
}

// A kind is a class of CUE's errors, which are told apart by their format.
type kind struct {
	code    string
	formats []string
}

// kinds are in order of precedence, for where CUE says several things of one path.
var kinds = []kind{
	{"unknown-field", []string{"field not allowed"}},
	{"missing-field", []string{"field is required but not present"}},
	{"unused-import", []string{"imported and not used"}},
	{"unknown-reference", []string{"reference %q not found"}},
	{"cycle", []string{"cycl"}},
	{"evaluation", []string{"undefined field", "failed arithmetic", "division by zero", "error in call", "out of range"}},
	{"invalid-value", []string{"conflicting values", "invalid value", "incompatible", "empty disjunction", "mismatched types"}},
	{"incomplete", []string{"incomplete", "non-concrete", "unresolved disjunction"}},
}

func kindOf(err errors.Error) string {
	format, _ := err.Msg()
	for _, k := range kinds {
		if slices.ContainsFunc(k.formats, func(f string) bool { return strings.Contains(format, f) }) {
			return k.code
		}
	}
	return "evaluation"
}

// explain makes a diagnostic for each path that CUE reports errors at.
func (e *explainer) explain(errs []errors.Error) diag.List {
	byPath := map[string][]errors.Error{}
	for _, err := range errs {
		key := strings.Join(errorPath(err), "\x00")
		byPath[key] = append(byPath[key], err)
	}
	var list diag.List
	for _, key := range slices.Sorted(maps.Keys(byPath)) {
		path := errorPath(byPath[key][0])
		if kindOf(byPath[key][0]) == "unknown-field" && e.underMisnamed(path) {
			continue // The name above is wrong, and said to be.
		}
		list = append(list, e.one(path, byPath[key]))
	}
	return list
}

// one makes the diagnostic for everything that CUE says about one path.
func (e *explainer) one(path []string, errs []errors.Error) diag.Diagnostic {
	for _, k := range kinds {
		i := slices.IndexFunc(errs, func(err errors.Error) bool { return kindOf(err) == k.code })
		if i < 0 {
			continue
		}
		switch k.code {
		case "unknown-field":
			return e.unknown(path, errs)
		case "missing-field":
			return e.missing(path)
		case "invalid-value":
			if len(path) > 0 {
				return e.invalid(path, errs)
			}
		}
		return e.computation(k.code, path, errs[i:])
	}
	return e.computation("evaluation", path, errs)
}

func (e *explainer) unknown(path []string, errs []errors.Error) diag.Diagnostic {
	if _, known := e.schema.find(path); known < len(path) {
		path = path[:known+1] // CUE also reports what is below.
	}
	d := e.schema.unknown(path)
	d.Position = e.positions.At(path...)
	if w := e.positions.exact(path); w != nil && len(w.keys) > 0 {
		d.Position = position(w.keys[0])
	} else if at := e.userPositions(errs); len(at) > 0 {
		d.Position = at[0]
	}
	return d
}

func (e *explainer) missing(path []string) diag.Diagnostic {
	f, _ := e.schema.find(path)
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "missing-field", Summary: formatPath(path) + " is required and is not written",
		Allowed: e.schema.describe(f), Hint: "add it", Position: e.positions.At(path...),
	}
	for _, doc := range []Doc{parseDoc(f.doc), e.schema.typeDoc(f)} {
		if doc.Example != "" {
			d.Hint = fmt.Sprintf("add it, for example %s: %s", path[len(path)-1], doc.Example)
			break
		}
	}
	return d
}

// invalid reports a value that does not go with the schema, or with another
// value that the user wrote.
func (e *explainer) invalid(path []string, errs []errors.Error) diag.Diagnostic {
	w := e.positions.exact(path)
	if w != nil && concrete(w.values) {
		if texts := distinct(w.values); len(texts) > 1 {
			return e.conflict(path, w, texts)
		}
	}
	d := diag.Diagnostic{Severity: diag.Error, Code: "invalid-value", Summary: formatPath(path) + " cannot have this value"}
	value := e.blame(&d, path, w, errs)
	f, known := e.schema.find(path)
	if known < len(path) || value != nil && e.admits(f, value.Value) {
		// The schema has no objection: the user's values are at odds.
		d.Summary += ": " + message(errs[0])
		d.Related = nil
		for _, at := range e.userPositions(errs) {
			if at != d.Position {
				d.Related = append(d.Related, diag.Related{Position: at, Note: "see also"})
			}
		}
		return d
	}
	d.Allowed = e.schema.describe(f)
	d.Hint = "lakewright explain " + shellPath(path)
	if value != nil {
		if hint := e.meant(f, value); hint != "" {
			d.Hint = hint
		}
	}
	return d
}

// conflict reports one field with two values that exclude each other.
func (e *explainer) conflict(path []string, w *written, texts []string) diag.Diagnostic {
	at := w.positions()
	last := len(at) - 1
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "conflict", Summary: formatPath(path) + " is written with different values",
		Found: shorten(strings.Join(texts, " and ")), Hint: "write it once", Position: at[last],
	}
	for _, other := range at[:last] {
		d.Related = append(d.Related, diag.Related{Position: other, Note: "also written"})
		if !e.positions.own(other) && e.positions.own(at[last]) {
			d.Hint = fmt.Sprintf("write it once, or make the shared one a default: *%s | _", texts[0])
		}
	}
	return d
}

// blame sets what was found and where. It returns the literal at fault, nil
// when the value is none.
func (e *explainer) blame(d *diag.Diagnostic, path []string, w *written, errs []errors.Error) *ast.BasicLit {
	d.Position = e.positions.At(path...)
	candidates := e.userPositions(errs)
	if w == nil || len(w.values) == 0 {
		if len(candidates) > 0 {
			d.Position = candidates[0]
		}
	} else {
		d.Found = shorten(strings.Join(distinct(w.values), " and "))
		switch x := w.values[0].(type) {
		case *ast.BasicLit:
			if len(distinct(w.values)) == 1 {
				return x
			}
		case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr: // See below.
		default:
			if value := fmt.Sprint(argument(errs[0])); strings.HasPrefix(message(errs[0]), "invalid value "+value) && value != d.Found {
				d.Found += ", which is " + shorten(value)
			}
			return nil
		}
	}
	// The value is written elsewhere: in another field, a let, another package.
	for _, at := range candidates {
		if value := e.literals[at]; value != nil {
			if w != nil && at != d.Position {
				d.Related = append(d.Related, diag.Related{Position: d.Position, Note: "used here"})
			}
			d.Found, d.Position = shorten(value.Value), at
			return value
		}
	}
	return nil
}

// meant says what the user probably meant by a value that is not allowed.
func (e *explainer) meant(f schemaField, value *ast.BasicLit) string {
	text := value.Value
	if value.Kind == token.STRING {
		unquoted, err := literal.Unquote(value.Value)
		if err != nil {
			return ""
		}
		text = unquoted
		if bare := strings.TrimSpace(text); bare != "" && strings.Trim(bare, "0123456789.-") == "" && e.admits(f, bare) {
			return "write it without quotes: " + bare
		}
	}
	if quoted := strconv.Quote(text); quoted != value.Value && e.admits(f, quoted) {
		return "put it in double quotes: " + quoted
	}
	if value.Kind != token.STRING {
		return ""
	}
	choices := map[string]string{}
	for _, choice := range e.schema.literals(f) {
		choices[strings.Trim(choice, `"`)] = choice
	}
	if near := diag.Nearest(text, slices.Sorted(maps.Keys(choices))); near != "" {
		return "did you mean " + choices[near] + "?"
	}
	return ""
}

// computation reports an expression that has no value.
func (e *explainer) computation(code string, path []string, errs []errors.Error) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: code, Position: e.positions.At(path...)}
	if at := e.userPositions(errs); len(at) > 0 {
		d.Position = at[0]
	}
	text := message(errs[0])
	f, known := e.schema.find(path)
	switch {
	case code == "unused-import":
		d.Summary, d.Hint = fmt.Sprintf("the file imports %v and does not use it", argument(errs[0])), "remove the import"
		return d
	case code == "unknown-reference":
		name, _ := argument(errs[0]).(string)
		d.Summary, d.Hint = "uses "+name+", which is not defined", "define it, or put double quotes around a string"
		if hint := didYouMean(name, e.names); hint != "" {
			d.Hint = hint
		}
		choices := e.schema.literals(f)
		for _, element := range e.schema.fields(f) {
			choices = append(choices, e.schema.literals(element)...)
		}
		if quoted := strconv.Quote(name); slices.Contains(choices, quoted) {
			d.Hint = "put it in double quotes: " + quoted
		}
	case strings.Contains(text, "structural cycle"):
		d.Summary, d.Hint = "contains itself without end", "break the cycle: make the inner field optional"
	case code == "cycle":
		d.Summary, d.Hint = "is computed from itself", "break the cycle: give one of the fields a value"
	case code == "incomplete":
		d.Summary, d.Hint = "has no concrete value", "write a value, or mark a default with *"
		if w := e.positions.exact(path); w != nil {
			d.Position, d.Found = e.positions.At(path...), shorten(strings.Join(distinct(w.values), " and "))
		}
		if known == len(path) {
			d.Allowed = e.schema.describe(f)
		}
	default:
		d.Summary = "cannot be computed: " + text
		if strings.Contains(text, "non-concrete value") {
			d.Hint = "give a value to every field that the expression uses"
		}
	}
	subject := formatPath(path)
	if len(path) == 0 || strings.Contains(subject, "let[]") {
		subject = "an expression"
	}
	d.Summary = subject + " " + d.Summary
	return d
}

// userPositions returns the places in the user's files that CUE names, the
// statements that embed the whole schema left aside.
func (e *explainer) userPositions(errs []errors.Error) []diag.Position {
	var found []diag.Position
	for _, err := range errs {
		for _, p := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
			at := position(p)
			if !at.IsZero() && at.Line > 0 && !strings.HasPrefix(at.File, schemaFolder) && at != e.positions.first() && !slices.Contains(found, at) {
				found = append(found, at)
			}
		}
	}
	return found
}

// syntaxErrors reports what the parser says.
func syntaxErrors(err error) diag.List {
	var list diag.List
	for _, e := range errors.Errors(err) {
		list = append(list, diag.Diagnostic{
			Severity: diag.Error, Code: "syntax", Summary: "the file is not valid CUE: " + strings.ReplaceAll(message(e), "'EOF'", "the end of the file"),
			Hint: "check that every bracket, brace and quote is closed, and that strings are in double quotes", Position: position(e.Position()),
		})
	}
	return list
}

// moduleError reports what is wrong with the file of the user's CUE module.
func moduleError(file string, err error) diag.Diagnostic {
	all := errors.Errors(err)
	text := strings.TrimPrefix(all[len(all)-1].Error(), "invalid module file "+file+": ")
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "module-file", Summary: "the CUE module is not described as it should be: " + shorten(strings.ReplaceAll(text, "'EOF'", "the end of the file")),
		Hint: "see https://cuelang.org/docs/reference/modules/", Position: diag.Position{File: file},
	}
	for _, p := range errors.Positions(err) {
		if at := position(p); at.File == file {
			d.Position = at
		}
	}
	return d
}

// message is an error's message and its causes', without positions and paths.
func message(err error) string {
	var texts []string
	for ; err != nil; err = errors.Unwrap(err) {
		text := err.Error()
		if cueErr, ok := err.(errors.Error); ok {
			format, args := cueErr.Msg()
			text = fmt.Sprintf(format, args...)
		}
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return shorten(strings.Join(strings.Fields(strings.Join(texts, ": ")), " "))
}

// argument is the first thing that an error's message names.
func argument(err errors.Error) any {
	if _, args := err.Msg(); len(args) > 0 {
		return args[0]
	}
	return nil
}

// shorten keeps a diagnostic readable when the user's value is long.
func shorten(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// distinct returns the values as CUE, without repetition.
func distinct(values []ast.Expr) []string {
	var texts []string
	for _, v := range values {
		text := "a struct"
		if _, ok := v.(*ast.StructLit); !ok {
			text = cueText(v)
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// concrete reports whether every value is written out, without reference and
// default, so that two different ones conflict.
func concrete(values []ast.Expr) bool {
	return !slices.ContainsFunc(values, func(x ast.Expr) bool {
		switch x.(type) {
		case *ast.StructLit, *ast.ListLit:
			return false
		}
		return !isLiteral(x)
	})
}

// errorPath returns where in the environment an error lies.
func errorPath(err errors.Error) []string {
	path := err.Path()
	if len(path) > 0 && path[0] == platformPath.String() {
		path = path[1:]
	}
	out := make([]string, len(path))
	for i, p := range path {
		out[i] = p
		if text, err := literal.Unquote(p); err == nil {
			out[i] = text
		}
	}
	return out
}

// formatPath writes a path as CUE does, list indices in brackets.
func formatPath(path []string) string {
	var b strings.Builder
	for i, name := range path {
		switch {
		case name != "" && strings.Trim(name, "0123456789") == "":
			b.WriteString("[" + name + "]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		if ast.IsValidIdent(name) {
			b.WriteString(name)
		} else {
			fmt.Fprintf(&b, "%q", name)
		}
	}
	return b.String()
}

// shellPath writes a path so that it can be pasted into a shell.
func shellPath(path []string) string {
	p := formatPath(path)
	if strings.ContainsAny(p, `"[]`) {
		return "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
	}
	return p
}

package load

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
)

// An explainer turns CUE's errors into diagnostics in the user's terms. CUE
// reports a value that fits none of five alternatives as six errors; here it is
// one, at the place where the user wrote the value.
type explainer struct {
	schema    *schemaIndex
	positions *positions
}

func (e explainer) explain(err error) diag.List {
	type group struct {
		path   []string
		errors []errors.Error
	}
	var groups []*group
	byPath := map[string]*group{}
	for _, cueErr := range errors.Errors(err) {
		path := unquotePath(cueErr.Path())
		key := strings.Join(path, "\x00")
		g := byPath[key]
		if g == nil {
			g = &group{path: path}
			byPath[key] = g
			groups = append(groups, g)
		}
		g.errors = append(g.errors, cueErr)
	}
	var list diag.List
	for _, g := range groups {
		// A list whose element fits no alternative is reported at both: the
		// element says more.
		below := slices.ContainsFunc(groups, func(o *group) bool {
			return len(o.path) > len(g.path) && slices.Equal(o.path[:len(g.path)], g.path)
		})
		if below && !slices.ContainsFunc(g.errors, func(err errors.Error) bool { return !isDisjunction(err) }) {
			continue
		}
		list = append(list, e.one(g.path, g.errors))
	}
	return list
}

// one makes the diagnostic for everything that CUE says about one path.
func (e explainer) one(path []string, errs []errors.Error) diag.Diagnostic {
	name := formatPath(path)
	has := func(substring string) bool {
		return slices.ContainsFunc(errs, func(err errors.Error) bool {
			f, _ := err.Msg()
			return strings.Contains(f, substring)
		})
	}
	field, known := e.schema.find(path)
	switch {
	case has("field not allowed"):
		at := e.positions.At(path...)
		if w := e.positions.exact(path); w != nil && len(w.keys) > 0 {
			at = position(w.keys[0])
		} else if p := e.userPosition(errs); !p.IsZero() {
			at = p
		}
		return e.schema.unknown(path, field, min(known, len(path)-1), at)
	case has("field is required but not present"):
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "missing-field", Summary: name + " is required and is not written",
			Allowed: e.schema.describe(field), Hint: "add it", Position: e.positions.At(path...),
		}
		for _, doc := range []Doc{parseDoc(field.doc), e.schema.typeDoc(field)} {
			if doc.Example != "" {
				d.Hint = fmt.Sprintf("add it, for example %s: %s", path[len(path)-1], doc.Example)
				break
			}
		}
		return d
	case has("reference %q not found"), has("cycle"), has("undefined field"), has("failed arithmetic"), has("division by zero"):
		return e.computation(path, errs)
	}

	w := e.positions.exact(path)
	if w != nil && known == len(path) {
		if texts := distinct(w.values); len(texts) > 1 && allConcrete(w.values) {
			at := w.positions()
			d := diag.Diagnostic{
				Severity: diag.Error, Code: "conflict", Summary: name + " is written with different values",
				Found: strings.Join(texts, " and "), Allowed: e.schema.describe(field),
				Hint: "write it in one place, or make the shared one a default: *" + texts[0] + " | _",
			}
			d.Position, d.Related = at[len(at)-1], nil
			for _, other := range at[:len(at)-1] {
				d.Related = append(d.Related, diag.Related{Position: other, Note: "also written"})
			}
			return d
		}
	}
	if has("incomplete value") || has("non-concrete value") {
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "incomplete", Summary: name + " has no concrete value",
			Found: e.found(w, errs), Hint: "write a value, or a default with *", Position: e.at(path, errs),
		}
		if known == len(path) {
			d.Allowed = e.schema.describe(field)
		}
		return d
	}
	if known == len(path) && len(path) > 0 && (has("conflicting values") || has("invalid value") || has("incompatible list lengths") || has("empty disjunction") || has("mismatched types")) {
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "invalid-value", Summary: name + " cannot have this value",
			Found: e.found(w, errs), Allowed: e.schema.describe(field), Position: e.at(path, errs),
			Hint: fmt.Sprintf("lakewright explain %s", shellPath(path)),
		}
		if choices := stringChoices(field.exprs); len(choices) > 0 && w != nil && len(w.values) == 1 {
			if lit, ok := w.values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if hint := nearestHint(strings.Trim(lit.Value, `"`), choices); hint != "" {
					d.Hint = hint
				}
			}
		}
		return d
	}
	return e.computation(path, errs)
}

// computation reports an error of an expression that the user wrote, in CUE's words.
func (e explainer) computation(path []string, errs []errors.Error) diag.Diagnostic {
	err := errs[0]
	for _, other := range errs {
		if !isDisjunction(other) {
			err = other
			break
		}
	}
	d := diag.Diagnostic{Severity: diag.Error, Code: "evaluation", Position: e.userPosition(errs)}
	if d.Position.IsZero() {
		d.Position = e.positions.At(path...)
	}
	text := oneLine(err)
	switch {
	case strings.Contains(text, "structural cycle"):
		d.Code, d.Summary, d.Hint = "cycle", "contains itself without end", "break the cycle: make the inner field optional"
	case strings.Contains(text, "cycle"):
		d.Code, d.Summary, d.Hint = "cycle", "is computed from itself", "break the cycle: give one of the fields a value"
	case strings.HasPrefix(text, "reference"):
		d.Code, d.Summary = "unknown-reference", "uses a name that is not defined: "+text
		d.Hint = "define it, import the package, or put double quotes around a string"
	default:
		d.Summary = "cannot be computed: " + text
	}
	if len(path) == 0 {
		d.Summary = "the environment " + d.Summary
	} else {
		d.Summary = formatPath(path) + " " + d.Summary
	}
	return d
}

// at is the position of the value at path.
func (e explainer) at(path []string, errs []errors.Error) diag.Position {
	if w := e.positions.exact(path); w != nil && len(w.keys) > 0 {
		return e.positions.At(path...)
	}
	if p := e.userPosition(errs); !p.IsZero() {
		return p
	}
	return e.positions.At(path...)
}

// userPosition is the first place in the user's files that CUE names, the
// statement that embeds the whole schema left aside.
func (e explainer) userPosition(errs []errors.Error) diag.Position {
	for _, err := range errs {
		for _, p := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
			if !p.IsValid() || !slices.ContainsFunc(e.positions.files, func(f *ast.File) bool { return f.Filename == p.Filename() }) {
				continue
			}
			if at := position(p); at != e.positions.first() {
				return at
			}
		}
	}
	return diag.Position{}
}

// found is the value that the user wrote.
func (e explainer) found(w *written, errs []errors.Error) string {
	if w != nil && len(w.values) > 0 {
		return shorten(strings.Join(distinct(w.values), " and "))
	}
	for _, err := range errs {
		if f, args := err.Msg(); strings.HasPrefix(f, "invalid value") && len(args) > 0 {
			return shorten(fmt.Sprint(args[0]))
		}
	}
	return ""
}

// unknown reports a field that the schema does not have. known is how many
// names of the path lead to parent, which has no field of the next name.
func (s *schemaIndex) unknown(path []string, parent schemaField, known int, at diag.Position) diag.Diagnostic {
	if known < len(path) && len(path) > 0 {
		parent, _ = s.find(path[:known])
	}
	name := path[known]
	var names []string
	for _, f := range s.fields(parent) {
		if !f.pattern {
			names = append(names, f.name)
		}
	}
	where := "the platform"
	if known > 0 {
		where = formatPath(path[:known])
	}
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "unknown-field", Summary: fmt.Sprintf("unknown field %s in %s", name, where),
		Allowed: strings.Join(names, ", "), Position: at,
		Hint: nearestHint(name, names),
	}
	for _, f := range s.fields(parent) {
		if f.pattern {
			d.Code, d.Summary = "invalid-name", fmt.Sprintf("%q is not a name that %s takes", name, where)
			d.Allowed = s.patternName(parent)
			d.Hint = nearestHint(name, stringChoices(s.patternExprs(parent)))
		}
	}
	if len(names) == 0 && d.Allowed == "" {
		d.Allowed = "no fields"
	}
	return d
}

// patternExprs returns the constraints on the names of a struct's fields.
func (s *schemaIndex) patternExprs(f schemaField) []ast.Expr {
	var found []ast.Expr
	var walk func(x ast.Expr)
	walk = func(x ast.Expr) {
		for _, x := range conjuncts(x) {
			switch x := x.(type) {
			case *ast.Ident:
				for _, d := range s.definitions[x.Name] {
					walk(d.expr)
				}
			case *ast.StructLit:
				for _, d := range x.Elts {
					if field, ok := d.(*ast.Field); ok {
						if list, ok := field.Label.(*ast.ListLit); ok && len(list.Elts) == 1 {
							found = append(found, s.resolve(list.Elts[0]))
						}
					}
				}
			}
		}
	}
	for _, x := range f.exprs {
		walk(x)
	}
	return found
}

// patternName says what names a struct takes for its fields.
func (s *schemaIndex) patternName(f schemaField) string {
	for _, x := range f.exprs {
		for _, x := range conjuncts(x) {
			if st, ok := x.(*ast.StructLit); ok {
				for _, d := range st.Elts {
					if field, ok := d.(*ast.Field); ok {
						if list, ok := field.Label.(*ast.ListLit); ok && len(list.Elts) == 1 {
							return s.describeExpr(list.Elts[0])
						}
					}
				}
			}
		}
	}
	return ""
}

// resolve follows a reference to a definition that is no struct.
func (s *schemaIndex) resolve(x ast.Expr) ast.Expr {
	if id, ok := x.(*ast.Ident); ok && len(s.definitions[id.Name]) == 1 {
		return s.definitions[id.Name][0].expr
	}
	return x
}

// stringChoices returns the strings that a disjunction names.
func stringChoices(exprs []ast.Expr) []string {
	var out []string
	var walk func(x ast.Expr)
	walk = func(x ast.Expr) {
		switch x := x.(type) {
		case *ast.BinaryExpr:
			if x.Op == token.OR {
				walk(x.X)
				walk(x.Y)
			}
		case *ast.UnaryExpr:
			if x.Op == token.MUL {
				walk(x.X)
			}
		case *ast.ParenExpr:
			walk(x.X)
		case *ast.BasicLit:
			if x.Kind == token.STRING {
				out = append(out, strings.Trim(x.Value, `"`))
			}
		}
	}
	for _, x := range exprs {
		walk(x)
	}
	return out
}

func nearestHint(name string, candidates []string) string {
	if near := diag.Nearest(name, candidates); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return ""
}

func isDisjunction(err errors.Error) bool {
	f, _ := err.Msg()
	return strings.Contains(f, "empty disjunction")
}

// syntaxErrors reports what the parser says.
func syntaxErrors(err error) diag.List {
	var list diag.List
	for _, e := range errors.Errors(err) {
		list = append(list, diag.Diagnostic{
			Severity: diag.Error, Code: "syntax", Summary: "the file is not valid CUE: " + oneLine(e),
			Hint: "see https://cuelang.org/docs/reference/spec/", Position: position(e.Position()),
		})
	}
	return list
}

// generic reports errors that have a position and nothing to add.
func generic(err error) diag.List {
	var list diag.List
	for _, e := range errors.Errors(err) {
		list = append(list, diag.Diagnostic{
			Severity: diag.Error, Code: "evaluation", Summary: oneLine(e), Position: position(e.Position()),
		})
	}
	return list
}

// oneLine is an error's message without its position and path.
func oneLine(err errors.Error) string {
	f, args := err.Msg()
	return shorten(strings.Join(strings.Fields(fmt.Sprintf(f, args...)), " "))
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
		if text := source1(v); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// allConcrete reports whether every value is a literal without defaults, so
// that two different ones conflict.
func allConcrete(values []ast.Expr) bool {
	return !slices.ContainsFunc(values, func(x ast.Expr) bool {
		switch x.(type) {
		case *ast.BasicLit, *ast.ListLit:
			return false
		}
		return true
	})
}

func unquotePath(path []string) []string {
	out := make([]string, len(path))
	for i, p := range path {
		out[i] = strings.Trim(p, `"`)
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
		return "'" + p + "'"
	}
	return p
}

package load

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"

	"github.com/lakewright/lakewright/generator/diag"
)

// structure reports the fields that the schema does not have, and the required
// ones that are missing, in every struct that the user wrote. CUE itself stays
// silent about them where it has found something else to say about the struct.
func (e *explainer) structure() diag.List {
	var list diag.List
	var walk func(path []string, f schemaField)
	walk = func(path []string, f schemaField) {
		w := e.positions.exact(path)
		if w == nil || len(w.values) == 0 || len(path) > 0 && len(w.keys) == 0 {
			return
		}
		fields := e.schema.fields(f)
		isList := len(fields) > 0 && fields[0].name == anyIndex
		if len(fields) == 0 && e.schema.open(f) || slices.ContainsFunc(w.values, func(x ast.Expr) bool {
			_, list := x.(*ast.ListLit)
			return isLiteral(x) || list != isList
		}) {
			return
		}
		w.expand()
		for _, name := range slices.Sorted(maps.Keys(w.children)) {
			below := append(slices.Clone(path), name)
			child, ok := e.schema.child(f, name)
			switch {
			case name == computedKey || name == patternKey || strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#"):
			case !ok && !e.schema.open(f), ok && child.label != nil && !e.admits(schemaField{exprs: []ast.Expr{child.label}}, strconv.Quote(name)):
				list = append(list, e.unknown(below, nil))
			case ok:
				walk(below, child)
			}
		}
		exists := func(path []string) bool { return e.value.LookupPath(cuePath(path)).Exists() }
		if !slices.ContainsFunc(fields, func(c schemaField) bool { return exists(append(slices.Clone(path), c.name)) }) {
			return // CUE has not evaluated the struct.
		}
		for _, c := range fields {
			if below := append(slices.Clone(path), c.name); c.required && !exists(below) {
				list = append(list, e.missing(below))
			}
		}
	}
	walk(nil, e.schema.platform())
	return list
}

// underMisnamed reports whether a field on the way to path has a name that its
// struct does not take, so that CUE takes nothing below it either.
func (e *explainer) underMisnamed(path []string) bool {
	f := e.schema.platform()
	for _, name := range path[:max(0, len(path)-1)] {
		child, ok := e.schema.child(f, name)
		if !ok || child.label != nil && !e.admits(schemaField{exprs: []ast.Expr{child.label}}, strconv.Quote(name)) {
			return true
		}
		f = child
	}
	return false
}

// cuePath is the path to a field or a list element.
func cuePath(path []string) cue.Path {
	var selectors []cue.Selector
	for _, name := range path {
		if i, err := strconv.Atoi(name); err == nil {
			selectors = append(selectors, cue.Index(i))
		} else {
			selectors = append(selectors, cue.Str(name))
		}
	}
	return cue.MakePath(selectors...)
}

// unknown reports a path that the schema does not have.
func (s *schemaIndex) unknown(path []string) diag.Diagnostic {
	parent, known := s.find(path)
	if known == len(path) { // A pattern, whose names it does not obey.
		known--
		parent, _ = s.find(path[:known])
	}
	where := "the platform"
	if known > 0 {
		where = formatPath(path[:known])
	}
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "unknown-field",
		Summary: fmt.Sprintf("unknown field %s in %s", formatPath(path[known:known+1]), where),
	}
	var names, choices []string
	for _, f := range s.fields(parent) {
		if f.label == nil {
			names = append(names, f.name)
			continue
		}
		d.Code, d.Summary = "invalid-name", fmt.Sprintf("%q is not a name that %s takes", path[known], where)
		d.Allowed = s.describeExpr(f.label)
		for _, choice := range s.literals(schemaField{exprs: []ast.Expr{f.label}}) {
			choices = append(choices, strings.Trim(choice, `"`))
		}
	}
	if d.Allowed == "" {
		d.Allowed = strings.Join(names, ", ")
	}
	if d.Allowed == "" {
		d.Allowed = "no fields"
	}
	d.Hint = didYouMean(path[known], append(names, choices...))
	return d
}

func didYouMean(name string, candidates []string) string {
	if near := diag.Nearest(name, candidates); near != "" && near != name {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return ""
}

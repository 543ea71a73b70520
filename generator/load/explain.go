package load

import (
	"cmp"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
)

// A Field is what the schema says about one field.
type Field struct {
	// Path is the path that was asked for or, in Fields, the field's name there:
	// "<name>" where the user chooses it, "<index>" for the elements of a list.
	Path     string `json:"path"`
	Required bool   `json:"required"`
	// Type says in words what may stand there, and Default in CUE what stands
	// there when nothing is written.
	Type    string `json:"type"`
	Default string `json:"default,omitempty"`
	Doc
	// Fields are the fields below, one level deep.
	Fields []Field `json:"fields,omitempty"`
	// Position is where the schema declares the field.
	Position diag.Position `json:"position"`
}

// A Doc is a comment of the schema, taken apart.
type Doc struct {
	// Text is the meaning, in sentences.
	Text string `json:"text,omitempty"`
	// Unit, Derives and Example are the lines that begin so.
	Unit    string `json:"unit,omitempty"`
	Derives string `json:"derives,omitempty"`
	Example string `json:"example,omitempty"`
}

// Summary returns the first sentence of the text.
func (d Doc) Summary() string {
	if i := strings.Index(d.Text, ". "); i >= 0 {
		return d.Text[:i+1]
	}
	return d.Text
}

// Explain returns what the schema says about the field at path, such as
// "nodePools.spark.limits"; "" is the whole platform. Where there is no such
// field, the list says how far the path leads and what is there.
func Explain(path string) (Field, diag.List) {
	s := parseSchema()
	var names []string
	if path != "" {
		names = splitPath(path)
	}
	f, known := s.find(names)
	if known < len(names) {
		return Field{}, diag.List{s.unknown(names)}
	}
	return s.export(names, f, true), nil
}

func (s *schemaIndex) export(names []string, f schemaField, deep bool) Field {
	doc := parseDoc(f.doc)
	if doc.Text == "" { // What the type says, and what is said of this field alone.
		of := s.typeDoc(f)
		doc = Doc{of.Text, cmp.Or(doc.Unit, of.Unit), cmp.Or(doc.Derives, of.Derives), cmp.Or(doc.Example, of.Example)}
	}
	out := Field{
		Path: formatPath(names), Required: f.required, Type: s.describe(f), Default: defaultOf(f), Doc: doc, Position: f.at,
	}
	if !deep {
		return out
	}
	for _, c := range s.fields(f) {
		below := s.export(nil, c, false)
		below.Path = c.name
		out.Fields = append(out.Fields, below)
	}
	return out
}

// typeDoc is the comment of the definition that a field refers to.
func (s *schemaIndex) typeDoc(f schemaField) Doc {
	for _, x := range f.exprs {
		for _, x := range conjuncts(x) {
			if id, ok := x.(*ast.Ident); ok {
				for _, d := range s.definitions[id.Name] {
					if d.doc != "" {
						return parseDoc(d.doc)
					}
				}
			}
		}
	}
	return Doc{}
}

// defaultOf returns the default value in CUE, "" for none.
func defaultOf(f schemaField) string {
	var find func(x ast.Expr) string
	find = func(x ast.Expr) string {
		switch x := x.(type) {
		case *ast.ParenExpr:
			return find(x.X)
		case *ast.UnaryExpr:
			if x.Op == token.MUL {
				return cueText(x.X)
			}
		case *ast.BinaryExpr:
			if text := find(x.X); text != "" {
				return text
			}
			return find(x.Y)
		case *ast.ListLit:
			for _, e := range x.Elts {
				if _, ok := e.(*ast.Ellipsis); !ok {
					return ""
				}
			}
			return "[]"
		}
		return ""
	}
	for _, x := range f.exprs {
		if text := find(x); text != "" {
			return text
		}
	}
	return ""
}

func parseDoc(doc string) Doc {
	var d Doc
	into := &d.Text
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		for prefix, field := range map[string]*string{"Unit: ": &d.Unit, "Derives: ": &d.Derives, "Example: ": &d.Example} {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				into, line = field, rest
			}
		}
		if *into != "" {
			*into += " "
		}
		*into += line
	}
	d.Text = strings.TrimSpace(d.Text)
	return d
}

// splitPath splits a path at dots, but for those inside double quotes, and takes
// list indices in brackets.
func splitPath(path string) []string {
	var names []string
	var b strings.Builder
	quoted := false
	flush := func() {
		if b.Len() > 0 {
			names = append(names, b.String())
			b.Reset()
		}
	}
	for _, r := range path {
		switch {
		case r == '"':
			quoted = !quoted
		case !quoted && (r == '.' || r == '[' || r == ']'):
			flush()
		default:
			b.WriteRune(r)
		}
	}
	flush()
	return names
}

package load

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/schema"
)

// A schemaIndex answers what the schema says about a path, from its syntax.
type schemaIndex struct {
	files       []*ast.File
	definitions map[string][]definition
}

// A definition is one declaration of a #Name.
type definition struct {
	expr ast.Expr
	doc  string
}

// schemaFiles returns the embedded schema, sorted by name, under its path in
// this project.
func schemaFiles() []source {
	entries, err := schema.V1Alpha1.ReadDir("v1alpha1")
	if err != nil {
		panic(err) // The embedded folder is there, or the binary would not have been built.
	}
	var files []source
	for _, e := range entries {
		content, err := schema.V1Alpha1.ReadFile("v1alpha1/" + e.Name())
		if err != nil {
			panic(err)
		}
		files = append(files, source{"schema/v1alpha1/" + e.Name(), content})
	}
	return files
}

func parseSchema() *schemaIndex {
	s := &schemaIndex{definitions: map[string][]definition{}}
	for _, file := range schemaFiles() {
		f, err := parser.ParseFile(file.path, file.content, parser.ParseComments)
		if err != nil {
			panic(err) // A test holds that the embedded schema compiles.
		}
		s.files = append(s.files, f)
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				if name, _, err := ast.LabelName(field.Label); err == nil {
					s.definitions[name] = append(s.definitions[name], definition{field.Value, docText(field)})
				}
			}
		}
	}
	return s
}

// instance makes the schema importable in a build context.
func (s *schemaIndex) instance(ctx *build.Context) *build.Instance {
	in := ctx.NewInstance(schema.ImportPath, nil)
	for _, f := range s.files {
		if err := in.AddSyntax(f); err != nil {
			panic(err)
		}
	}
	if err := in.Complete(); err != nil {
		panic(err)
	}
	return in
}

// A schemaField is a field as the schema declares it. A field may have several
// declarations, as #Platform has several files.
type schemaField struct {
	name     string // "<name>" for a pattern
	required bool
	pattern  bool
	exprs    []ast.Expr
	doc      string
	at       diag.Position
}

// platform is the root of the schema.
func (s *schemaIndex) platform() schemaField {
	f := schemaField{doc: "The description of one environment."}
	for _, d := range s.definitions["#Platform"] {
		f.exprs = append(f.exprs, d.expr)
	}
	return f
}

// find returns the field at path, and how much of the path the schema knows.
func (s *schemaIndex) find(path []string) (f schemaField, known int) {
	f = s.platform()
	for i, name := range path {
		child, ok := s.child(f, name)
		if !ok {
			return f, i
		}
		f = child
	}
	return f, len(path)
}

func (s *schemaIndex) child(f schemaField, name string) (schemaField, bool) {
	var pattern *schemaField
	for _, c := range s.fields(f) {
		switch {
		case c.name == name:
			return c, true
		case c.pattern:
			pattern = &c
		}
	}
	if pattern != nil {
		return *pattern, true
	}
	return schemaField{}, false
}

// fields returns the fields of a struct, or the elements of a list as one
// pattern, in the order of the schema.
func (s *schemaIndex) fields(f schemaField) []schemaField {
	var out []schemaField
	add := func(c schemaField) {
		if i := slices.IndexFunc(out, func(o schemaField) bool { return o.name == c.name }); i >= 0 {
			out[i].exprs = append(out[i].exprs, c.exprs...)
			out[i].required = out[i].required || c.required
			if out[i].doc == "" {
				out[i].doc = c.doc
			}
			return
		}
		out = append(out, c)
	}
	for _, x := range f.exprs {
		s.walk(x, 0, add)
	}
	return out
}

// walk calls add for the fields of x, through references and conjunctions.
// depth bounds definitions that refer to themselves.
func (s *schemaIndex) walk(x ast.Expr, depth int, add func(schemaField)) {
	if depth > 8 {
		return
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		s.walk(x.X, depth, add)
	case *ast.BinaryExpr:
		s.walk(x.X, depth, add)
		s.walk(x.Y, depth, add)
	case *ast.Ident:
		for _, d := range s.definitions[x.Name] {
			s.walk(d.expr, depth+1, add)
		}
	case *ast.StructLit:
		for _, d := range x.Elts {
			switch d := d.(type) {
			case *ast.EmbedDecl:
				s.walk(d.Expr, depth, add)
			case *ast.Field:
				c := schemaField{
					required: d.Constraint == token.NOT,
					exprs:    []ast.Expr{d.Value}, doc: docText(d), at: position(d.Label.Pos()),
				}
				if name, _, err := ast.LabelName(d.Label); err == nil {
					c.name = name
				} else {
					c.name, c.pattern = "<name>", true
				}
				add(c)
			}
		}
	case *ast.ListLit:
		for _, e := range x.Elts {
			if ellipsis, ok := e.(*ast.Ellipsis); ok {
				e = ellipsis.Type
			}
			if e != nil {
				add(schemaField{name: "<index>", pattern: true, exprs: []ast.Expr{e}, at: position(e.Pos())})
			}
		}
	}
}

// describe says in words what may stand at f.
func (s *schemaIndex) describe(f schemaField) string {
	var parts []string
	for _, x := range f.exprs {
		if s.isStruct(x) {
			return s.describeStruct(f)
		}
		text := s.describeExpr(x)
		if text != "" && !slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(p, text) }) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

func (s *schemaIndex) isStruct(x ast.Expr) bool {
	x = s.resolve(conjuncts(x)[0])
	_, ok := x.(*ast.StructLit)
	return ok
}

func (s *schemaIndex) describeStruct(f schemaField) string {
	var names []string
	for _, c := range s.fields(f) {
		if c.pattern {
			return "a struct, each field " + s.describe(c)
		}
		names = append(names, c.name)
	}
	if len(names) == 0 {
		return "a struct"
	}
	return "a struct of " + strings.Join(names, ", ")
}

// describeExpr says in words what an expression admits. It is empty where the
// expression admits everything or only gives a default.
func (s *schemaIndex) describeExpr(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return s.describeExpr(x.X)
	case *ast.StructLit:
		return s.describeStruct(schemaField{exprs: []ast.Expr{x}})
	case *ast.ListLit:
		return s.describeList(x)
	case *ast.UnaryExpr:
		switch x.Op {
		case token.MUL:
			return s.describeExpr(x.X)
		case token.MAT:
			return "a string that matches " + strings.Trim(source1(x.X), `"`)
		case token.NMAT:
			return "a string that does not match " + strings.Trim(source1(x.X), `"`)
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.AND:
			return joinDistinct(" and ", s.describeExpr(x.X), s.describeExpr(x.Y))
		case token.OR:
			return s.describeChoice(x)
		}
	case *ast.Ident:
		switch x.Name {
		case "_":
			return ""
		case "string":
			return "a string"
		case "bool":
			return "true or false"
		case "int":
			return "a whole number"
		}
		ds := s.definitions[x.Name]
		if len(ds) == 0 {
			break
		}
		if s.isStruct(x) {
			return s.describeStruct(schemaField{exprs: []ast.Expr{x}})
		}
		doc := parseDoc(ds[0].doc)
		if choices := s.describeExpr(ds[0].expr); doc.Text == "" || strings.HasPrefix(choices, `"`) {
			return choices
		}
		text := lowerFirst(strings.TrimSuffix(firstSentence(doc.Text), "."))
		if doc.Example != "" {
			text += ", such as " + doc.Example
		}
		return text
	}
	return source1(x)
}

// describeChoice describes a disjunction. A default that the other alternatives
// admit as well is left out.
func (s *schemaIndex) describeChoice(x *ast.BinaryExpr) string {
	var alternatives []ast.Expr
	var collect func(x ast.Expr)
	collect = func(x ast.Expr) {
		if b, ok := x.(*ast.BinaryExpr); ok && b.Op == token.OR {
			collect(b.X)
			collect(b.Y)
			return
		}
		alternatives = append(alternatives, x)
	}
	collect(x)
	literal := func(x ast.Expr) bool { _, ok := x.(*ast.BasicLit); return ok }
	var texts []string
	for _, a := range alternatives {
		if id, ok := a.(*ast.Ident); ok && id.Name == "_" {
			return ""
		}
		if u, ok := a.(*ast.UnaryExpr); ok && u.Op == token.MUL && !slices.ContainsFunc(alternatives, literal) {
			continue
		}
		texts = append(texts, s.describeExpr(a))
	}
	return joinDistinct(" or ", texts...)
}

func (s *schemaIndex) describeList(x *ast.ListLit) string {
	var elements []string
	least := 0
	for _, e := range x.Elts {
		if ellipsis, ok := e.(*ast.Ellipsis); ok {
			e = ellipsis.Type
		} else {
			least++
		}
		if e != nil {
			elements = append(elements, s.describeExpr(e))
		}
	}
	text := "a list"
	if least > 0 {
		text = fmt.Sprintf("a list of at least %d", least)
	}
	if len(elements) > 0 {
		text += ", each " + joinDistinct(" or ", elements...)
	}
	return text
}

func joinDistinct(separator string, texts ...string) string {
	var out []string
	for _, t := range texts {
		if t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, separator)
}

// source1 formats an expression as CUE on one line.
func source1(x ast.Node) string {
	b, err := format.Node(x, format.Simplify())
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(b)), " ")
}

func docText(n ast.Node) string {
	var lines []string
	for _, c := range ast.Comments(n) {
		if c.Doc {
			lines = append(lines, c.Text())
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func firstSentence(s string) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if i := strings.Index(s, ". "); i >= 0 {
		return s[:i+1]
	}
	return s
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s // An abbreviation.
	}
	return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):]
}

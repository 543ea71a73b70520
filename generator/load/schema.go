package load

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
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

// schemaFolder is where the schema's files are, in the binary's positions as in
// this project.
const schemaFolder = "schema/"

// schemaFiles returns the embedded schema, sorted by name.
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
		files = append(files, source{schemaFolder + "v1alpha1/" + e.Name(), content})
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

// parseSchemaWithoutDefaults returns the schema without the alternatives that
// only give a default. With them, CUE says of a value that it fits none of
// several alternatives; without them, what is wrong with it.
func parseSchemaWithoutDefaults() *schemaIndex {
	s := parseSchema()
	for _, f := range s.files {
		astutil.Apply(f, func(c astutil.Cursor) bool {
			if x, ok := c.Node().(*ast.BinaryExpr); ok && x.Op == token.OR {
				c.Replace(ast.NewBinExpr(token.OR, alternatives(x)...))
			}
			return true
		}, nil)
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
	name     string // anyName or anyIndex for a pattern
	label    ast.Expr
	required bool
	exprs    []ast.Expr
	doc      string
	at       diag.Position
}

// The names of the fields that stand for those which the user names, and for
// the elements of a list. The label of the former says which names are taken.
const (
	anyName  = "<name>"
	anyIndex = "<index>"
)

func (f schemaField) pattern() bool { return f.name == anyName || f.name == anyIndex }

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

// defaulted returns the innermost field on the way to path whose default is
// beside a type, "" for none.
func (s *schemaIndex) defaulted(path []string) string {
	found := ""
	for i := range path {
		f, known := s.find(path[:i+1])
		if known == i+1 && slices.ContainsFunc(f.exprs, func(x ast.Expr) bool { return len(alternatives(x)) < len(chain(x, token.OR)) }) {
			found = strings.Join(path[:i+1], "\x00")
		}
	}
	return found
}

// child returns the field of f that name stands for: the one of that name, the
// pattern for names, or what both say together.
func (s *schemaIndex) child(f schemaField, name string) (child schemaField, ok bool) {
	for _, c := range s.fields(f) {
		if c.name != name && !c.pattern() {
			continue
		}
		if ok {
			named, pattern := child, c
			if named.pattern() {
				named, pattern = pattern, named
			}
			named.exprs = append(slices.Clone(named.exprs), pattern.exprs...)
			return named, true
		}
		child, ok = c, true
	}
	return child, ok
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
	for _, x := range operands(x) {
		switch x := x.(type) {
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
					if list, ok := d.Label.(*ast.ListLit); ok && len(list.Elts) == 1 {
						c.name, c.label = anyName, list.Elts[0]
					} else if name, _, err := ast.LabelName(d.Label); err == nil {
						c.name = name
					}
					add(c)
				}
			}
		case *ast.ListLit:
			for _, e := range elements(x) {
				add(schemaField{name: anyIndex, exprs: []ast.Expr{e}, at: position(e.Pos())})
			}
		}
	}
}

// structs returns the struct literals that f's value is made of.
func (s *schemaIndex) structs(f schemaField) []*ast.StructLit {
	var out []*ast.StructLit
	for _, x := range f.exprs {
		for _, x := range operands(x) {
			switch x := x.(type) {
			case *ast.Ident:
				for _, d := range s.definitions[x.Name] {
					out = append(out, s.structs(schemaField{exprs: []ast.Expr{d.expr}})...)
				}
			case *ast.StructLit:
				out = append(out, x)
			}
		}
	}
	return out
}

// open reports whether a struct takes any field.
func (s *schemaIndex) open(f schemaField) bool {
	return slices.ContainsFunc(s.structs(f), func(st *ast.StructLit) bool {
		return slices.ContainsFunc(st.Elts, func(d ast.Decl) bool {
			_, ok := d.(*ast.Ellipsis)
			return ok
		})
	})
}

// describe says in words what may stand at f.
func (s *schemaIndex) describe(f schemaField) string {
	if len(s.structs(f)) > 0 {
		return s.describeStruct(f)
	}
	var all []ast.Expr
	for _, x := range f.exprs {
		if a := alternatives(x); len(a) == 1 {
			all = append(all, conjuncts(a[0])...)
		} else {
			all = append(all, x)
		}
	}
	return s.describeConjuncts(all)
}

func (s *schemaIndex) describeStruct(f schemaField) string {
	var names []string
	for _, c := range s.fields(f) {
		if c.pattern() {
			return "a struct by name, each " + s.describe(c)
		}
		names = append(names, c.name)
	}
	if len(names) == 0 {
		return "a struct"
	}
	return "a struct of " + strings.Join(names, ", ")
}

// describeExpr says in words what an expression admits. It is empty where the
// expression admits everything.
func (s *schemaIndex) describeExpr(x ast.Expr) string {
	if alternatives := alternatives(x); len(alternatives) > 1 {
		return s.describeAlternatives(alternatives)
	} else if conjuncts := conjuncts(alternatives[0]); len(conjuncts) > 1 {
		return s.describeConjuncts(conjuncts)
	} else {
		x = conjuncts[0]
	}
	switch x := x.(type) {
	case *ast.StructLit:
		return s.describeStruct(schemaField{exprs: []ast.Expr{x}})
	case *ast.ListLit:
		return s.describeList(x)
	case *ast.Ident:
		if words, ok := map[string]string{"_": "", "string": "a string", "bool": "true or false", "int": "a whole number"}[x.Name]; ok {
			return words
		}
		definitions := s.definitions[x.Name]
		if len(definitions) == 0 {
			break
		}
		if f := (schemaField{exprs: []ast.Expr{x}}); len(s.structs(f)) > 0 {
			return s.describeStruct(f)
		}
		if doc := parseDoc(definitions[0].doc); doc.Text != "" && !isEnumeration(definitions[0].expr) {
			text := lowerFirst(strings.TrimSuffix(doc.Summary(), "."))
			if doc.Example != "" {
				text += ", such as " + doc.Example
			}
			return text
		}
		return s.describeExpr(definitions[0].expr)
	}
	return cueText(x)
}

func (s *schemaIndex) describeAlternatives(alternatives []ast.Expr) string {
	var texts []string
	for _, a := range alternatives {
		text := s.describeExpr(a)
		if text == "" {
			return "" // _ admits everything.
		}
		texts = append(texts, text)
	}
	if len(texts) > 2 {
		return "one of " + joinDistinct(", ", texts...)
	}
	return joinDistinct(" or ", texts...)
}

func (s *schemaIndex) describeConjuncts(conjuncts []ast.Expr) string {
	var texts []string
	bounds := map[token.Token]string{}
	for _, c := range conjuncts {
		if u, ok := c.(*ast.UnaryExpr); ok && (u.Op == token.GEQ || u.Op == token.LEQ) {
			bounds[u.Op] = cueText(u.X)
		} else {
			texts = append(texts, s.describeExpr(c))
		}
	}
	text := joinDistinct(" and ", texts...)
	switch least, most := bounds[token.GEQ], bounds[token.LEQ]; {
	case least != "" && most != "":
		return fmt.Sprintf("%s from %s to %s", text, least, most)
	case least != "":
		return fmt.Sprintf("%s of at least %s", text, least)
	case most != "":
		return fmt.Sprintf("%s of at most %s", text, most)
	}
	return text
}

func (s *schemaIndex) describeList(x *ast.ListLit) string {
	var texts []string
	for _, e := range elements(x) {
		texts = append(texts, s.describeExpr(e))
	}
	least := len(x.Elts)
	if least > 0 {
		if _, ok := x.Elts[least-1].(*ast.Ellipsis); ok {
			least--
		}
	}
	text := "a list"
	if least > 0 {
		text = fmt.Sprintf("a list of at least %d", least)
	}
	if each := joinDistinct(" or ", texts...); each != "" {
		text += ", each " + each
	}
	return text
}

// literals returns the literals that f may be, in CUE.
func (s *schemaIndex) literals(f schemaField) []string {
	var out []string
	for _, x := range f.exprs {
		for _, x := range operands(x) {
			switch x := x.(type) {
			case *ast.BasicLit:
				out = append(out, x.Value)
			case *ast.Ident:
				for _, d := range s.definitions[x.Name] {
					out = append(out, s.literals(schemaField{exprs: []ast.Expr{d.expr}})...)
				}
			}
		}
	}
	return out
}

// operands returns the operands of a chain of & and |, without default marks
// and without defaults that say nothing of what is allowed.
func operands(x ast.Expr) []ast.Expr {
	var out []ast.Expr
	for _, a := range alternatives(x) {
		if all := conjuncts(a); len(all) == 1 {
			out = append(out, all[0])
		} else {
			for _, c := range all {
				out = append(out, operands(c)...)
			}
		}
	}
	return out
}

// conjuncts returns the operands of a chain of &.
func conjuncts(x ast.Expr) []ast.Expr { return chain(x, token.AND) }

// alternatives returns the operands of a chain of |, without default marks. A
// default beside a type is left out: a test holds that the type admits it.
func alternatives(x ast.Expr) []ast.Expr {
	all := chain(x, token.OR)
	types := slices.ContainsFunc(all, func(a ast.Expr) bool {
		_, marked := unmark(a)
		return !marked && !isLiteral(a)
	})
	var out []ast.Expr
	for _, a := range all {
		if value, marked := unmark(a); !marked || !types {
			out = append(out, value)
		}
	}
	return out
}

// chain returns the operands of a chain of one binary operator.
func chain(x ast.Expr, op token.Token) []ast.Expr {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == op {
			return append(chain(x.X, op), chain(x.Y, op)...)
		}
	case *ast.ParenExpr:
		return chain(x.X, op)
	}
	return []ast.Expr{x}
}

// unmark returns x without the mark of a default, and whether it had one.
func unmark(x ast.Expr) (value ast.Expr, marked bool) {
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.MUL {
		return u.X, true
	}
	return x, false
}

// isEnumeration reports whether x is a choice of literals.
func isEnumeration(x ast.Expr) bool {
	return !slices.ContainsFunc(alternatives(x), func(a ast.Expr) bool { return !isLiteral(a) })
}

func isLiteral(x ast.Expr) bool {
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.SUB {
		x = u.X // A negative number.
	}
	_, ok := x.(*ast.BasicLit)
	return ok
}

// elements returns what a list's elements may be.
func elements(x *ast.ListLit) []ast.Expr {
	var out []ast.Expr
	for _, e := range x.Elts {
		if ellipsis, ok := e.(*ast.Ellipsis); ok {
			e = ellipsis.Type
		}
		if e != nil {
			out = append(out, e)
		}
	}
	return out
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

// cueText formats an expression as CUE on one line.
func cueText(x ast.Expr) string {
	switch x.(type) {
	case *ast.Comprehension, *ast.Ellipsis: // format.Node takes them within a list alone.
		x = ast.NewList(x)
	}
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

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s // An abbreviation.
	}
	return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):]
}

package load

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
)

// positions finds values in the user's files by their path. It implements
// [model.Positions] from the syntax alone: what is computed is found at the
// expression that computes it.
type positions struct {
	files  []*ast.File
	folder string // of the environment; its files win over shared ones
	root   *written
}

// written is what the user wrote at one path.
type written struct {
	values   []ast.Expr // every expression given for the path
	keys     []token.Pos
	children map[string]*written // nil until first asked for
}

// anyKey is the child for fields whose names are computed.
const anyKey = "\x00"

// At implements [model.Positions].
func (p *positions) At(path ...string) diag.Position {
	found := p.lookup(path, func(w *written) bool { return len(w.keys) > 0 })
	if found == nil {
		return p.first()
	}
	at := found.positions()
	if i := slices.IndexFunc(at, func(pos diag.Position) bool { return strings.HasPrefix(pos.File, p.folder+"/") }); i >= 0 {
		return at[i]
	}
	return at[0]
}

// first is the start of the environment's first file, where no better place is known.
func (p *positions) first() diag.Position {
	for _, f := range p.files {
		if strings.HasPrefix(f.Filename, p.folder+"/") {
			for _, d := range f.Decls {
				if e, ok := d.(*ast.EmbedDecl); ok {
					return position(e.Pos())
				}
			}
		}
	}
	for _, f := range p.files {
		if strings.HasPrefix(f.Filename, p.folder+"/") {
			return diag.Position{File: f.Filename, Line: 1, Column: 1}
		}
	}
	return diag.Position{File: p.folder}
}

// exact returns what the user wrote at path, nil for nothing.
func (p *positions) exact(path []string) *written {
	w := p.top()
	for _, name := range path {
		if w = w.child(name); w == nil {
			return nil
		}
	}
	return w
}

// lookup returns the innermost value on the way to path that satisfies ok.
func (p *positions) lookup(path []string, ok func(*written) bool) *written {
	var found *written
	w := p.top()
	for _, name := range path {
		if w = w.child(name); w == nil {
			break
		}
		if ok(w) {
			found = w
		}
	}
	return found
}

func (p *positions) top() *written {
	if p.root == nil {
		p.root = &written{}
		for _, f := range p.files {
			p.root.values = append(p.root.values, &ast.StructLit{Elts: f.Decls})
		}
	}
	return p.root
}

// positions returns where the values stand, in the order of the files: a
// struct at its name, anything else at its first character.
func (w *written) positions() []diag.Position {
	at := make([]diag.Position, len(w.keys))
	for i, key := range w.keys {
		pos := w.values[i].Pos()
		if _, ok := w.values[i].(*ast.StructLit); ok {
			pos = key
		}
		at[i] = position(pos)
	}
	return at
}

func (w *written) child(name string) *written {
	if w.children == nil {
		w.children = map[string]*written{}
		for _, v := range w.values {
			w.expand(v)
		}
	}
	if c := w.children[name]; c != nil {
		return c
	}
	return w.children[anyKey]
}

// expand adds the fields or elements of x to w's children.
func (w *written) expand(x ast.Expr) {
	for _, x := range conjuncts(x) {
		switch x := x.(type) {
		case *ast.StructLit:
			for _, d := range x.Elts {
				w.expandDecl(d)
			}
		case *ast.ListLit:
			for i, e := range x.Elts {
				if _, ok := e.(*ast.Comprehension); ok {
					w.add(anyKey, e, e.Pos())
					continue
				}
				w.add(strconv.Itoa(i), e, e.Pos())
			}
		}
	}
}

func (w *written) expandDecl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.Field:
		name, _, err := ast.LabelName(d.Label)
		if err != nil {
			name = anyKey // A pattern, or a computed name: [string], (x), "\(x)".
		}
		w.add(name, d.Value, d.Label.Pos())
	case *ast.EmbedDecl:
		w.expand(d.Expr)
	case *ast.Comprehension:
		if s, ok := d.Value.(*ast.StructLit); ok {
			w.expand(s)
		}
	}
}

func (w *written) add(name string, value ast.Expr, key token.Pos) {
	c := w.children[name]
	if c == nil {
		c = &written{}
		w.children[name] = c
	}
	c.values = append(c.values, value)
	c.keys = append(c.keys, key)
}

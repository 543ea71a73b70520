package load

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
)

// positions finds values in the user's files by their path. It implements
// [model.Positions] from the syntax alone: what is computed is found at the
// expression that computes it. It may be used concurrently.
type positions struct {
	files  []*ast.File
	folder string // of the environment; its files win over shared ones

	mu   sync.Mutex
	root *written
}

// written is what the user wrote at one path.
type written struct {
	values   []ast.Expr  // every expression given for the path
	keys     []token.Pos // where the name of each stands
	children map[string]*written
	expanded bool
}

// The children for fields whose names are computed, and for patterns.
const (
	computedKey = "\x00computed"
	patternKey  = "\x00pattern"
)

// At implements [model.Positions].
func (p *positions) At(path ...string) diag.Position {
	w, depth := p.innermost(path)
	if depth == 0 {
		return p.first()
	}
	at := w.positions()
	if i := slices.IndexFunc(at, p.own); i >= 0 {
		return at[i]
	}
	return at[0]
}

// own reports whether a position is in a file of the environment itself.
func (p *positions) own(at diag.Position) bool { return strings.HasPrefix(at.File, p.folder+"/") }

// first is the start of the environment's first file, where no better place is known.
func (p *positions) first() diag.Position {
	first := diag.Position{File: p.folder}
	for _, f := range p.files {
		if at := (diag.Position{File: f.Filename, Line: 1, Column: 1}); p.own(at) {
			for _, d := range f.Decls {
				if e, ok := d.(*ast.EmbedDecl); ok {
					return position(e.Pos())
				}
			}
			if first.Line == 0 {
				first = at
			}
		}
	}
	return first
}

// exact returns what the user wrote at path, nil for nothing.
func (p *positions) exact(path []string) *written {
	if w, depth := p.innermost(path); depth == len(path) {
		return w
	}
	return nil
}

// innermost returns what the user wrote on the way to path, as far as it goes.
func (p *positions) innermost(path []string) (w *written, depth int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.root == nil {
		p.root = &written{}
		for _, f := range p.files {
			p.root.values = append(p.root.values, &ast.StructLit{Elts: f.Decls})
		}
	}
	return p.root.innermost(path)
}

// innermost prefers a field of the very name to one whose name is computed, and
// takes a pattern where it leads further.
func (w *written) innermost(path []string) (*written, int) {
	best, depth := w, 0
	if len(path) == 0 {
		return best, depth
	}
	w.expand()
	named := w.children[path[0]]
	if named == nil {
		named = w.children[computedKey]
	}
	for _, c := range []*written{named, w.children[patternKey]} {
		if c != nil {
			if found, below := c.innermost(path[1:]); below+1 > depth {
				best, depth = found, below+1
			}
		}
	}
	return best, depth
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

// expand finds w's children, once.
func (w *written) expand() {
	if !w.expanded {
		w.expanded = true
		w.children = map[string]*written{}
		for _, v := range w.values {
			w.expandExpr(v)
		}
	}
}

func (w *written) expandExpr(x ast.Expr) {
	for _, a := range chain(x, token.OR) {
		a, _ = unmark(a)
		for _, c := range conjuncts(a) {
			w.expandOperand(c)
		}
	}
}

func (w *written) expandOperand(x ast.Expr) {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.OR { // In parentheses.
			w.expandExpr(x)
		}
	case *ast.StructLit:
		for _, d := range x.Elts {
			w.expandDecl(d)
		}
	case *ast.ListLit:
		for i, e := range x.Elts {
			name := strconv.Itoa(i)
			if _, ok := e.(*ast.Comprehension); ok {
				name = computedKey
			}
			w.add(name, e, e.Pos())
		}
	case *ast.Comprehension:
		w.expandExpr(x.Value)
	}
}

func (w *written) expandDecl(d ast.Decl) {
	switch d := d.(type) {
	case *ast.Field:
		name, _, err := ast.LabelName(d.Label)
		if _, pattern := d.Label.(*ast.ListLit); pattern {
			name = patternKey
		} else if err != nil {
			name = computedKey // (x), "\(x)".
		}
		w.add(name, d.Value, d.Label.Pos())
	case *ast.EmbedDecl:
		w.expandExpr(d.Expr)
	case *ast.Comprehension:
		w.expandExpr(d.Value)
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

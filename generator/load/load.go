// Package load reads environments from CUE into the model and says, in the
// user's own terms, what is wrong with them.
package load

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
	"github.com/lakewright/lakewright/schema"
)

// Folder is the folder of a repository that holds the environments: CUE files
// that all share, and a folder for each environment.
const Folder = "environments"

// Environments returns the names of the environments of a repository, sorted:
// the folders of environments/ but for hidden ones and those that begin with
// an underscore.
func Environments(repository fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(repository, Folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(e.Name(), "_") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// A Loader loads environments one after the other and compiles the schema once.
// It is not safe for concurrent use: use one in each goroutine.
type Loader struct {
	repository fs.FS
	cue        *cue.Context
	instances  *build.Context
	schema     *schemaIndex
	packages   map[string]*build.Instance // by import path
	broken     map[string]diag.List       // problems of the packages, by import path
	limits     limits
}

// New returns a loader of the environments of a repository. It reads files
// through repository alone, so what repository does not reach, CUE does not
// reach.
func New(repository fs.FS) *Loader {
	return &Loader{
		repository: repository,
		cue:        cuecontext.New(),
		instances:  build.NewContext(),
		schema:     parseSchema(),
		packages:   map[string]*build.Instance{},
		broken:     map[string]diag.List{},
		limits:     defaultLimits,
	}
}

// Load reads one environment. The list holds every problem found; without
// errors among them, the platform is complete and obeys the schema.
func (l *Loader) Load(ctx context.Context, env string) (*model.Platform, diag.List) {
	in, problems := readInputs(l.repository, env)
	if problems.HasErrors() {
		return nil, problems
	}
	var p *model.Platform
	err := l.limits.run(ctx, func() { p, problems = l.evaluate(env, in) })
	if err != nil {
		return nil, diag.List{{
			Severity: diag.Error,
			Code:     "evaluation-limit",
			Summary:  "evaluating the environment " + env + " was stopped: " + err.Error(),
			Allowed:  fmt.Sprintf("%s and %d MiB of memory for an environment", l.limits.time, l.limits.memory>>20),
			Hint:     "look for a comprehension or a recursion that grows without end",
			Position: diag.Position{File: path.Join(Folder, env)},
		}}
	}
	return p, problems.Sort()
}

// evaluate builds the CUE instance of one environment and decodes it.
func (l *Loader) evaluate(env string, in inputs) (*model.Platform, diag.List) {
	instance := l.instances.NewInstance(env, l.importPackage(in.module))
	var problems diag.List
	for _, file := range in.files {
		f, list := parse(file)
		problems = append(problems, list...)
		if f == nil {
			continue
		}
		if err := instance.AddSyntax(f); err != nil {
			problems = append(problems, generic(err)...)
		}
	}
	if problems.HasErrors() {
		return nil, problems
	}
	positions := &positions{files: instance.Files, folder: path.Join(Folder, env)}
	explain := func(err error) diag.List { return explainer{l.schema, positions}.explain(err) }

	problems = append(problems, l.checkImports(instance.Files, in.module)...)
	problems = append(problems, checkSchemaUse(instance.Files, positions)...)
	if problems.HasErrors() {
		return nil, problems
	}
	err := instance.Complete()
	for _, importPath := range instance.Deps {
		problems = append(problems, l.broken[importPath]...)
	}
	if problems.HasErrors() {
		return nil, problems
	}
	if err != nil {
		return nil, explain(err)
	}
	value := l.cue.BuildInstance(instance)
	if err := value.Validate(cue.Concrete(true), cue.All()); err != nil {
		return nil, explain(err)
	}
	data, err := value.MarshalJSON()
	if err != nil {
		return nil, explain(err)
	}
	p := &model.Platform{Positions: positions}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(p); err != nil {
		// The schema admits what the model does not hold: a fault of ours, or
		// a number that no machine type holds.
		return nil, diag.List{{
			Severity: diag.Error, Code: "decode", Summary: "the environment " + env + " does not fit the model: " + err.Error(),
			Hint: "make numbers smaller", Position: positions.At(),
		}}
	}
	return p, nil
}

// parse parses one file of the user. It returns nil when the file cannot be
// used at all.
func parse(file source) (*ast.File, diag.List) {
	f, err := parser.ParseFile(file.path, file.content)
	if err != nil {
		return nil, syntaxErrors(err)
	}
	var problems diag.List
	for _, attr := range fileAttributes(f) {
		// @extern would make CUE read files or run WebAssembly.
		problems = append(problems, diag.Diagnostic{
			Severity: diag.Error, Code: "extern", Summary: "CUE attributes that read other files are not evaluated",
			Found: attr.Text, Hint: "write the value in CUE, or give the file to a chart", Position: position(attr.Pos()),
		})
	}
	return f, problems
}

func fileAttributes(f *ast.File) []*ast.Attribute {
	var found []*ast.Attribute
	ast.Walk(f, func(n ast.Node) bool {
		if a, ok := n.(*ast.Attribute); ok && (strings.HasPrefix(a.Text, "@extern") || strings.HasPrefix(a.Text, "@embed")) {
			found = append(found, a)
		}
		return true
	}, nil)
	return found
}

// importPackage resolves the imports of user files: the schema from the binary,
// packages of the user's own module from the repository. Packages of CUE's
// standard library are left to CUE.
func (l *Loader) importPackage(module string) build.LoadFunc {
	return func(_ token.Pos, importPath string) *build.Instance {
		if in, ok := l.packages[importPath]; ok {
			return in
		}
		if importPath == schema.ImportPath {
			l.packages[importPath] = l.schema.instance(l.instances)
			return l.packages[importPath]
		}
		dir, ok := localPackage(module, importPath)
		if !ok {
			return nil
		}
		files, problems := readPackage(l.repository, dir)
		instance := l.instances.NewInstance(dir, l.importPackage(module))
		l.packages[importPath] = instance
		for _, file := range files {
			f, list := parse(file)
			problems = append(problems, list...)
			if f != nil {
				if err := instance.AddSyntax(f); err != nil {
					problems = append(problems, generic(err)...)
				}
			}
		}
		if !problems.HasErrors() {
			problems = append(problems, l.checkImports(instance.Files, module)...)
		}
		if problems.HasErrors() {
			l.broken[importPath] = problems
			return instance
		}
		if err := instance.Complete(); err != nil {
			l.broken[importPath] = append(generic(err), problems...)
		}
		return instance
	}
}

// checkImports refuses imports that lead nowhere, before CUE does so in terms
// of its own.
func (l *Loader) checkImports(files []*ast.File, module string) diag.List {
	var problems diag.List
	for _, f := range files {
		for spec := range f.ImportSpecs() {
			importPath := strings.Trim(spec.Path.Value, `"`)
			importPath, _, _ = strings.Cut(importPath, ":")
			first, _, _ := strings.Cut(importPath, "/")
			if importPath == schema.ImportPath || !strings.Contains(first, ".") {
				continue
			}
			if dir, ok := localPackage(module, importPath); ok {
				if info, err := fs.Stat(l.repository, dir); err == nil && info.IsDir() {
					continue
				}
			}
			allowed := schema.ImportPath + ", CUE's standard library"
			if module != "" {
				allowed += ", and packages below " + module
			}
			problems = append(problems, diag.Diagnostic{
				Severity: diag.Error, Code: "import-not-found", Summary: fmt.Sprintf("the import %q does not exist", importPath),
				Found: importPath, Allowed: allowed,
				Hint:     nearestHint(importPath, []string{schema.ImportPath}),
				Position: position(spec.Pos()),
			})
		}
	}
	return problems
}

// localPackage returns the folder of a package of the user's own module.
func localPackage(module, importPath string) (dir string, ok bool) {
	importPath, _, _ = strings.Cut(importPath, ":")
	if module == "" {
		return "", false
	}
	rest, ok := strings.CutPrefix(importPath, module+"/")
	return rest, ok && fs.ValidPath(rest)
}

// checkSchemaUse refuses an environment that unifies with no version of the
// schema: without it nothing is typed.
func checkSchemaUse(files []*ast.File, positions *positions) diag.List {
	for _, f := range files {
		for spec := range f.ImportSpecs() {
			if strings.Trim(spec.Path.Value, `"`) != schema.ImportPath {
				continue
			}
			name := path.Base(schema.ImportPath)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			for _, d := range f.Decls {
				if e, ok := d.(*ast.EmbedDecl); ok && slices.ContainsFunc(conjuncts(e.Expr), func(x ast.Expr) bool {
					s, ok := x.(*ast.SelectorExpr)
					if !ok {
						return false
					}
					id, ok := s.X.(*ast.Ident)
					label, isIdent := s.Sel.(*ast.Ident)
					return ok && isIdent && id.Name == name && label.Name == "#Platform"
				}) {
					return nil
				}
			}
		}
	}
	return diag.List{{
		Severity: diag.Error, Code: "no-schema", Summary: "the environment does not say which version of the schema it follows",
		Hint:     fmt.Sprintf("import %q and write the platform as v1alpha1.#Platform & {…}", schema.ImportPath),
		Position: positions.At(),
	}}
}

// conjuncts returns the operands of a chain of &.
func conjuncts(x ast.Expr) []ast.Expr {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(conjuncts(x.X), conjuncts(x.Y)...)
		}
	case *ast.ParenExpr:
		return conjuncts(x.X)
	}
	return []ast.Expr{x}
}

// position converts a position of CUE's. File names are given to CUE relative
// to the repository's root.
func position(p token.Pos) diag.Position {
	if !p.IsValid() {
		return diag.Position{}
	}
	pos := p.Position()
	return diag.Position{File: pos.Filename, Line: pos.Line, Column: cmp.Or(pos.Column, 1)}
}

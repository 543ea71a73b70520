package load

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/schema"
)

// A builder makes CUE values of environments, with one version of the schema.
type builder struct {
	repository fs.FS
	schema     *schemaIndex
	cue        *cue.Context
	instances  *build.Context
	packages   map[string]*localPackage // by import path
	loading    []string                 // import paths, the outermost first
	scope      cue.Value                // the schema, once it is needed
}

// A localPackage is a package that environments import.
type localPackage struct {
	instance *build.Instance
	files    []*ast.File
	problems diag.List
}

// built is an environment as CUE sees it.
type built struct {
	env       string
	value     cue.Value
	positions *positions
	files     []*ast.File // the environment's and its packages'
}

func newBuilder(repository fs.FS, s *schemaIndex) *builder {
	b := &builder{
		repository: repository,
		schema:     s,
		// The evaluator and its options are fixed, whatever CUE_DEBUG says. Sorting
		// fields by name is a third faster than by where they are written.
		cue:       cuecontext.New(cuecontext.EvaluatorVersion(cuecontext.EvalV3), cuecontext.CUE_DEBUG("sortfields")),
		instances: build.NewContext(),
	}
	b.packages = map[string]*localPackage{schema.ImportPath: {instance: s.instance(b.instances)}}
	return b
}

// build parses an environment and its packages, and evaluates them as far as
// CUE does unasked.
func (b *builder) build(env string, in inputs) (*built, diag.List) {
	instance := b.instances.NewInstance(env, b.importPackage(in.module))
	files, problems := b.addFiles(instance, in.files, in.module)
	p := &positions{files: files, folder: path.Join(Folder, env)}
	if !problems.HasErrors() {
		problems = append(problems, checkSchemaUse(files, p)...)
	}
	if problems.HasErrors() {
		return nil, problems
	}
	if err := instance.Complete(); err != nil {
		problems = append(problems, generic(err)...)
	}
	out := &built{env: env, positions: p, files: files}
	for _, dependency := range b.dependencies(instance) {
		problems = append(problems, dependency.problems...)
		out.files = append(out.files, dependency.files...)
	}
	if problems.HasErrors() {
		return nil, problems
	}
	out.value = b.cue.BuildInstance(instance)
	return out, nil
}

// addFiles parses files and adds them to one package. It returns them as the
// user wrote them.
func (b *builder) addFiles(instance *build.Instance, sources []source, module string) (files []*ast.File, problems diag.List) {
	for _, file := range sources {
		f, err := parser.ParseFile(file.path, file.content)
		if err != nil {
			problems = append(problems, syntaxErrors(err)...)
			continue
		}
		problems = append(problems, checkPackage(f, files)...)
		problems = append(problems, b.checkImports(f, module)...)
		problems = append(problems, checkFeatures(f)...)
		if problems.HasErrors() {
			continue
		}
		files = append(files, f)
		if err := instance.AddSyntax(bounded(f, file)); err != nil {
			problems = append(problems, generic(err)...)
		}
	}
	return files, problems
}

// importPackage resolves the imports of user files: the schema from the binary,
// packages of the user's own module from the repository. Packages of CUE's
// standard library are left to CUE.
func (b *builder) importPackage(module string) build.LoadFunc {
	return func(at token.Pos, importPath string) *build.Instance {
		p := b.packages[importPath]
		if i := slices.Index(b.loading, importPath); i >= 0 {
			p.problems = append(p.problems, diag.Diagnostic{
				Severity: diag.Error, Code: "import-cycle", Position: position(at),
				Summary: "packages import each other: " + strings.Join(append(slices.Clone(b.loading[i:]), importPath), " → "),
				Hint:    "move what both need to a third package",
			})
		}
		if p != nil {
			return p.instance
		}
		dir, ok := localFolder(module, importPath)
		if !ok {
			return nil
		}
		p = &localPackage{instance: b.instances.NewInstance(dir, b.importPackage(module))}
		b.packages[importPath] = p
		b.loading = append(b.loading, importPath)
		defer func() { b.loading = b.loading[:len(b.loading)-1] }()

		sources, problems := readPackage(b.repository, dir)
		files, list := b.addFiles(p.instance, sources, module)
		p.files, p.problems = files, append(problems, list...)
		name := path.Base(dir)
		if _, qualifier, ok := strings.Cut(importPath, ":"); ok {
			name = qualifier
		}
		if got := p.instance.PkgName; !p.problems.HasErrors() && got != name {
			p.problems = append(p.problems, diag.Diagnostic{
				Severity: diag.Error, Code: "package-name", Summary: "the import " + importPath + " is no package " + name,
				Found: "package " + got, Hint: fmt.Sprintf("import %q", withoutQualifier(importPath)+":"+got), Position: position(at),
			})
		}
		if p.problems.HasErrors() {
			return p.instance
		}
		if err := p.instance.Complete(); err != nil {
			p.problems = append(p.problems, generic(err)...)
		}
		return p.instance
	}
}

// dependencies returns the user's packages that an instance imports, directly or not.
func (b *builder) dependencies(instance *build.Instance) []*localPackage {
	var found []*localPackage
	var walk func(in *build.Instance)
	walk = func(in *build.Instance) {
		for _, dependency := range in.Imports {
			p := b.packages[dependency.ImportPath]
			if p != nil && dependency.ImportPath != schema.ImportPath && !slices.Contains(found, p) {
				found = append(found, p)
				walk(dependency)
			}
		}
	}
	walk(instance)
	return found
}

// close unifies a value with the whole definition. The user's files do so in
// one literal, which leaves their other files open to any field.
func (b *builder) close(value cue.Value) cue.Value {
	return b.definitions().LookupPath(platformPath).Unify(value)
}

// platformPath is where the schema defines an environment. Errors in what close
// returns begin with it.
var platformPath = cue.ParsePath("#Platform")

// definitions returns the schema as CUE sees it.
func (b *builder) definitions() cue.Value {
	if !b.scope.Exists() {
		b.scope = b.cue.BuildInstance(b.packages[schema.ImportPath].instance)
	}
	return b.scope
}

// admits reports whether the schema takes a value, given in CUE, at a field.
func (b *builder) admits(f schemaField, value string) bool {
	text := value
	for _, x := range f.exprs {
		constraint, err := format.Node(x)
		if err != nil {
			return false
		}
		text += " & (" + string(constraint) + ")"
	}
	return b.cue.CompileString(text, cue.Scope(b.definitions())).Validate(cue.Concrete(true)) == nil
}

// unbounded are functions that make of two small values one larger than any
// machine holds, which ends a Go process. Configuration has no need of them.
var unbounded = map[string][]string{"list": {"Repeat"}, "strings": {"Repeat"}, "math/bits": {"Lsh", "Set"}}

// checkFeatures refuses what would make CUE read files, run WebAssembly or take
// all memory.
func checkFeatures(f *ast.File) diag.List {
	var problems diag.List
	refuse := func(n ast.Node, summary, found, hint string) {
		problems = append(problems, diag.Diagnostic{
			Severity: diag.Error, Code: "refused", Summary: summary, Found: found, Hint: hint, Position: position(n.Pos()),
		})
	}
	functions := map[string][]string{}
	for spec := range f.ImportSpecs() {
		functions[importName(spec)] = unbounded[strings.Trim(spec.Path.Value, `"`)]
	}
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Attribute:
			if strings.HasPrefix(n.Text, "@extern") || strings.HasPrefix(n.Text, "@embed") {
				refuse(n, "CUE attributes that read other files are not evaluated", n.Text, "write the value in CUE, or give the file to a chart")
			}
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && slices.ContainsFunc(functions[id.Name], func(name string) bool { return cueText(n) == id.Name+"."+name }) {
				refuse(n, "the function can take all memory and is not evaluated", cueText(n), "write the value out")
			}
		}
		return true
	}, nil)
	return problems
}

// bounded returns f with multiplication for numbers alone: of strings, it could
// take all memory. Files without multiplication are returned as they are, others
// are parsed again, so that f stays what the user wrote.
func bounded(f *ast.File, file source) *ast.File {
	found := false
	ast.Walk(f, func(n ast.Node) bool {
		x, ok := n.(*ast.BinaryExpr)
		found = found || ok && x.Op == token.MUL
		return !found
	}, nil)
	if !found {
		return f
	}
	again, err := parser.ParseFile(file.path, file.content)
	if err != nil {
		return f // It parsed before.
	}
	number := func(x ast.Expr) ast.Expr {
		return &ast.BinaryExpr{X: ast.NewIdent("__number"), Op: token.AND, Y: x}
	}
	astutil.Apply(again, nil, func(c astutil.Cursor) bool {
		if x, ok := c.Node().(*ast.BinaryExpr); ok && x.Op == token.MUL {
			x.X, x.Y = number(x.X), number(x.Y)
		}
		return true
	})
	return again
}

// checkPackage refuses a file of another package than those before it.
func checkPackage(f *ast.File, before []*ast.File) diag.List {
	name := f.PackageName()
	want := "environments"
	d := diag.Diagnostic{Severity: diag.Error, Code: "package-name", Position: diag.Position{File: f.Filename, Line: 1, Column: 1}}
	if len(before) > 0 {
		want = before[0].PackageName()
		d.Related = []diag.Related{{Position: position(packageClause(before[0]).Pos()), Note: "package " + want}}
	}
	switch {
	case name == "":
		d.Summary, d.Hint = "the file says no package", "begin it with: package "+want
	case len(before) > 0 && name != want:
		d.Summary, d.Found, d.Allowed = "the file is of another package than the files beside it", "package "+name, "package "+want
		d.Hint, d.Position = "change the first line", position(packageClause(f).Pos())
	default:
		return nil
	}
	return diag.List{d}
}

func packageClause(f *ast.File) ast.Node {
	for _, d := range f.Decls {
		if p, ok := d.(*ast.Package); ok {
			return p
		}
	}
	return f
}

// standard are the packages of CUE's standard library that configuration uses.
var standard = []string{
	"crypto/sha256", "encoding/base64", "encoding/json", "encoding/yaml", "list", "math", "net", "path", "regexp", "strconv", "strings", "struct", "text/template", "time",
}

// checkImports refuses imports that lead nowhere and those of one name, before
// CUE does so in terms of its own.
func (b *builder) checkImports(f *ast.File, module string) diag.List {
	var problems diag.List
	names := map[string]diag.Position{}
	for spec := range f.ImportSpecs() {
		importPath := strings.Trim(spec.Path.Value, `"`)
		d := diag.Diagnostic{Severity: diag.Error, Position: position(spec.Pos())}

		name := importName(spec)
		if other, ok := names[name]; ok {
			d.Code, d.Summary = "import-twice", "two imports have the name "+name
			d.Hint = "remove one, or name it: import other " + spec.Path.Value
			d.Related = []diag.Related{{Position: other, Note: "the other"}}
			problems = append(problems, d)
			continue
		}
		names[name] = d.Position

		if reason := b.missing(importPath, module); reason != "" {
			d.Code, d.Summary = "import-not-found", fmt.Sprintf("the import %q does not exist: %s", importPath, reason)
			d.Allowed = schema.ImportPath + ", CUE's standard library"
			if module != "" {
				d.Allowed += ", and packages below " + module
			}
			d.Hint = didYouMean(importPath, append([]string{schema.ImportPath}, standard...))
			problems = append(problems, d)
		}
	}
	return problems
}

// importName is the name that an import has in its file.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	name := path.Base(strings.Trim(spec.Path.Value, `"`))
	if _, qualifier, ok := strings.Cut(name, ":"); ok {
		return qualifier
	}
	return name
}

// missing says why an import path leads nowhere, "" when it leads somewhere.
func (b *builder) missing(importPath, module string) string {
	if importPath == schema.ImportPath {
		return ""
	}
	if first, _, _ := strings.Cut(importPath, "/"); !strings.Contains(first, ".") {
		if v := b.cue.CompileString(fmt.Sprintf("import name %q\n_x: name", importPath)); v.Err() != nil {
			return "CUE's standard library has no such package"
		}
		return ""
	}
	dir, ok := localFolder(module, importPath)
	if !ok {
		if module == "" {
			return "it is not the schema, and the repository is no CUE module of its own, for want of cue.mod/module.cue"
		}
		return "it is neither the schema nor of this repository"
	}
	if files, problems := readPackage(b.repository, dir); len(files) == 0 && len(problems) < 2 {
		return "the folder " + dir + " has no CUE files"
	}
	return ""
}

// localFolder returns the folder of a package of the user's own module.
func localFolder(module, importPath string) (dir string, ok bool) {
	if module == "" {
		return "", false
	}
	rest, ok := strings.CutPrefix(withoutQualifier(importPath), module+"/")
	return rest, ok && fs.ValidPath(rest)
}

// withoutQualifier is an import path without its qualifier.
func withoutQualifier(importPath string) string {
	importPath, _, _ = strings.Cut(importPath, ":")
	return importPath
}

// checkSchemaUse refuses an environment that unifies with no version of the
// schema: without it nothing is typed.
func checkSchemaUse(files []*ast.File, positions *positions) diag.List {
	for _, f := range files {
		for spec := range f.ImportSpecs() {
			if strings.Trim(spec.Path.Value, `"`) != schema.ImportPath {
				continue
			}
			for _, d := range f.Decls {
				if e, ok := d.(*ast.EmbedDecl); ok && slices.ContainsFunc(conjuncts(e.Expr), func(x ast.Expr) bool {
					return cueText(x) == importName(spec)+".#Platform"
				}) {
					return nil
				}
			}
		}
	}
	return diag.List{{
		Severity: diag.Error, Code: "no-schema", Summary: "the environment does not say which version of the schema it follows",
		Hint:     fmt.Sprintf("import %q and write the platform as v1alpha1.#Platform & {…}", schema.ImportPath),
		Position: positions.first(),
	}}
}

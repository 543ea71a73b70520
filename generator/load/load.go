// Package load reads environments from CUE into the model and says, in the
// user's own terms, what is wrong with them.
package load

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
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
	builder    *builder
	limits     limits
}

// New returns a loader of the environments of a repository. It reads files
// through repository alone, so what repository does not reach, CUE does not
// reach.
func New(repository fs.FS) *Loader {
	return &Loader{repository, newBuilder(repository, parseSchema()), defaultLimits}
}

// Load reads one environment. The list holds every problem found; without
// errors among them, the platform is complete and obeys the schema. An
// evaluation that passes a limit cannot be interrupted: it goes on until the
// process ends, which should be soon.
func (l *Loader) Load(ctx context.Context, env string) (*model.Platform, diag.List) {
	in, problems := readInputs(l.repository, env)
	if problems.HasErrors() {
		return nil, problems.Sort()
	}
	type result struct {
		platform *model.Platform
		problems diag.List
	}
	work := *l // What is stopped goes on with a builder that nobody else has.
	r, err := run(ctx, l.limits, func() result {
		p, problems := work.evaluate(env, in)
		return result{p, problems}
	})
	if err != nil {
		l.builder = newBuilder(l.repository, l.builder.schema)
	}
	if ctx.Err() != nil {
		return nil, diag.List{{
			Severity: diag.Error, Code: "interrupted", Summary: "the evaluation of the environment " + env + " was interrupted",
			Position: diag.Position{File: path.Join(Folder, env)},
		}}
	}
	if err != nil {
		return nil, diag.List{{
			Severity: diag.Error,
			Code:     "evaluation-limit",
			Summary:  "the evaluation of the environment " + env + " was stopped: " + err.Error(),
			Allowed:  l.limits.String(),
			Hint:     "look for a comprehension, a repetition or a recursion that grows without end",
			Position: diag.Position{File: path.Join(Folder, env)},
		}}
	}
	return r.platform, r.problems.Sort()
}

// evaluate evaluates one environment and decodes it.
func (l *Loader) evaluate(env string, in inputs) (*model.Platform, diag.List) {
	b, problems := l.builder.build(env, in)
	if problems.HasErrors() {
		return nil, problems
	}
	closed := l.builder.close(b.value)
	for _, v := range []cue.Value{b.value, closed} {
		if err := v.Validate(cue.Concrete(true), cue.All()); err != nil {
			return nil, l.explain(b, in, errors.Errors(err))
		}
	}
	data, err := closed.MarshalJSON()
	if err != nil {
		return nil, l.explain(b, in, errors.Errors(err))
	}
	p := &model.Platform{Positions: b.positions}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(p); err != nil {
		return nil, diag.List{{
			Severity: diag.Error, Code: "decode", Summary: "the environment " + env + " does not fit the model: " + err.Error(),
			Hint: "this is a fault of the schema: please report it", Position: b.positions.first(),
		}}
	}
	return p, nil
}

func (l *Loader) explainer(b *built) *explainer {
	e := &explainer{schema: l.builder.schema, positions: b.positions, value: b.value, admits: l.builder.admits}
	e.index(b.files)
	return e
}

// explain says what is wrong with an environment that CUE refuses.
func (l *Loader) explain(b *built, in inputs, errs []errors.Error) diag.List {
	e := l.explainer(b)
	return append(e.explain(l.withoutDefaults(b, in, errs)), e.structure()...)
}

// withoutDefaults replaces the errors at fields whose default is one of several
// alternatives by those that CUE finds without the default: they are fewer,
// they are complete, and each names one thing.
func (l *Loader) withoutDefaults(b *built, in inputs, errs []errors.Error) []errors.Error {
	builder := newBuilder(l.repository, parseSchemaWithoutDefaults())
	second, problems := builder.build(b.env, in)
	if problems.HasErrors() {
		return errs
	}
	better := map[string]bool{}
	var out []errors.Error
	for _, err := range errors.Errors(builder.close(second.value).Validate(cue.All())) {
		if field := l.builder.schema.defaulted(errorPath(err)); field != "" && kindOf(err) != "missing-field" && kindOf(err) != "incomplete" {
			better[field] = true
			out = append(out, err)
		}
	}
	for _, err := range errs {
		if !better[l.builder.schema.defaulted(errorPath(err))] {
			out = append(out, err)
		}
	}
	return out
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

// generic reports errors that have a position and nothing to add.
func generic(err error) diag.List {
	var list diag.List
	for _, e := range errors.Errors(err) {
		list = append(list, diag.Diagnostic{
			Severity: diag.Error, Code: "evaluation", Summary: message(e), Position: position(e.Position()),
		})
	}
	return list
}

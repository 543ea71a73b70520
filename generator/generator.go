// Package generator compiles the environments of a repository into the files
// that run them.
package generator

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"sync"
	"time"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/check"
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/load"
	"github.com/lakewright/lakewright/generator/model"
	"github.com/lakewright/lakewright/generator/tree"
)

// Version is the version of the tool. It stands in every generated file, so it
// changes with a release and with nothing else.
const Version = "0.1.0"

// generated is the name of the folder of an environment that holds its files.
const generated = "generated"

// An Environment is one environment of a repository, compiled.
type Environment struct {
	Name string
	// Problems are what load and check found, sorted. With errors among them
	// there are no files.
	Problems diag.List
	// Platform is nil when the environment could not be loaded.
	Platform *model.Platform
	// Compiled is what the environment compiles to, and Files are the same as
	// they are written. Both are nil for [Vet] and after errors.
	Compiled *Compiled
	Files    *artifact.Set
	// Elapsed is how long it took.
	Elapsed time.Duration
}

// Vet loads and checks environments, in parallel, and returns them in the order
// of names. repository is the repository's root.
func Vet(ctx context.Context, repository fs.FS, names []string) []Environment {
	return each(ctx, repository, names, vet)
}

// Compile loads, checks and compiles environments, in parallel, and returns them
// in the order of names.
func Compile(ctx context.Context, repository fs.FS, names []string) []Environment {
	return each(ctx, repository, names, func(ctx context.Context, repository fs.FS, l *load.Loader, e *Environment) {
		vet(ctx, repository, l, e)
		if e.Problems.HasErrors() {
			return
		}
		if err := e.compile(); err != nil {
			e.Problems = append(e.Problems, diag.Diagnostic{
				Severity: diag.Error, Code: "compile", Summary: fmt.Sprintf("the environment %s does not compile: %v", e.Name, err),
				Position: e.Platform.At("name"),
			})
		}
	})
}

func (e *Environment) compile() error {
	compiled, err := compile(e.Platform)
	if err != nil {
		return err
	}
	files, err := compiled.files(e.Platform)
	if err != nil {
		return err
	}
	e.Compiled, e.Files = compiled, files
	return nil
}

func vet(ctx context.Context, repository fs.FS, l *load.Loader, e *Environment) {
	e.Platform, e.Problems = l.Load(ctx, e.Name)
	if e.Platform != nil && !e.Problems.HasErrors() {
		e.Problems = append(e.Problems, check.Run(check.Input{Platform: e.Platform, Environment: e.Name, Repository: repository})...).Sort()
	}
}

// each runs do for every environment, on as many goroutines as there are
// processors, each with a loader of its own.
func each(ctx context.Context, repository fs.FS, names []string, do func(context.Context, fs.FS, *load.Loader, *Environment)) []Environment {
	environments := make([]Environment, len(names))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		workers.Go(func() {
			loader := load.New(repository)
			for i := range next {
				start := time.Now()
				environments[i].Name = names[i]
				do(ctx, repository, loader, &environments[i])
				environments[i].Elapsed = time.Since(start)
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	workers.Wait()
	return environments
}

// Tree returns the generated folder of an environment. root is the repository's
// root on disk.
func Tree(root, environment string) tree.Tree {
	return tree.Tree{Repository: root, Dir: path.Join(load.Folder, environment, generated)}
}

// Meta returns what the index of an environment's generated folder says about
// its inputs.
func Meta(repository fs.FS, environment string) (tree.Meta, error) {
	inputs, err := load.InputsHash(repository, environment, Version)
	if err != nil {
		return tree.Meta{}, err
	}
	source := path.Join(load.Folder, environment) + "/*.cue and " + load.Folder + "/*.cue"
	return tree.Meta{Header: artifact.Header(Version, source), Version: Version, Inputs: inputs}, nil
}

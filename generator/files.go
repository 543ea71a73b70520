package generator

import (
	"maps"
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/load"
	"github.com/lakewright/lakewright/generator/model"
)

// files writes what p compiles to as files below its generated folder. The same
// gives the same bytes. It is an error when two Applications have the same name.
func (c *Compiled) files(p *model.Platform) (*artifact.Set, error) {
	set := &artifact.Set{}
	for _, stack := range c.Stacks {
		if err := stack.Emit(set, Version); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Policies)) {
		if err := set.Add("policies/"+name, c.Policies[name]); err != nil {
			return nil, err
		}
	}
	files, err := c.argocdFiles(p)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := set.Add(file.Path, file.Content); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// argocdFiles returns the files of the root Application and the projects, and
// after them those of the Applications. Applications are written in parallel,
// since YAML takes most of the time.
func (c *Compiled) argocdFiles(p *model.Platform) ([]artifact.File, error) {
	repository := argocd.Repository{
		URL:      p.Repository.URL,
		Revision: p.Repository.Revision,
		Folder:   path.Join(load.Folder, p.Name, generated),
	}
	header := func(path ...string) string { return artifact.Header(Version, p.At(path...).File) }
	root, err := argocd.Root(repository, model.RootApplication, model.RootProject, header("name"))
	if err != nil {
		return nil, err
	}
	projects, err := argocd.Projects(c.Projects, header("name"))
	if err != nil {
		return nil, err
	}
	files := []artifact.File{root, projects}

	results := make([]struct {
		files []artifact.File
		err   error
	}, len(c.Applications))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(c.Applications)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(c.Applications)); i = next.Add(1) - 1 {
				app := c.Applications[i]
				results[i].files, results[i].err = app.Files(repository, header(app.Path...))
			}
		})
	}
	workers.Wait()
	for _, result := range results {
		if result.err != nil {
			return nil, result.err
		}
		files = append(files, result.files...)
	}
	return files, nil
}

package component

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/model"
)

// Compile turns a platform that check has accepted into every file below its
// generated folder. Version is the tool's own, for the files' first lines. The
// same platform and version give the same bytes. It is an error when two
// components claim one file, module or output.
func Compile(p *model.Platform, version string) (*artifact.Set, error) {
	outs := make([]Output, len(All))
	var apps []argocd.Application
	for i, component := range All {
		outs[i] = component(p)
		apps = append(apps, outs[i].Applications...)
	}
	set := &artifact.Set{}
	stacks, err := Stacks(p, outs)
	if err != nil {
		return nil, err
	}
	for _, stack := range stacks {
		if err := stack.Emit(set, version); err != nil {
			return nil, err
		}
	}
	for _, out := range outs {
		for _, path := range slices.Sorted(maps.Keys(out.Policies)) {
			if err := set.Add("policies/"+path, out.Policies[path]); err != nil {
				return nil, err
			}
		}
	}
	files, err := argocdFiles(p, apps, version)
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

// argocdFiles returns the files of Applications, in their order, after those of
// the root Application and the projects. Applications are written in parallel,
// since YAML takes most of the time.
func argocdFiles(p *model.Platform, apps []argocd.Application, version string) ([]artifact.File, error) {
	repository := argocd.Repository{
		URL:      p.Repository.URL,
		Revision: p.Repository.Revision,
		Folder:   "environments/" + p.Name + "/generated",
	}
	source := p.At("name").File
	root, err := argocd.Root(repository, model.RootApplication, model.RootProject, version, source)
	if err != nil {
		return nil, err
	}
	projects, err := argocd.Projects(projects(p, apps), version, source)
	if err != nil {
		return nil, err
	}
	files := []artifact.File{root, projects}

	results := make([]struct {
		files []artifact.File
		err   error
	}, len(apps))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(apps)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(apps)); i = next.Add(1) - 1 {
				results[i].files, results[i].err = apps[i].Files(repository, version)
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

package component

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/load"
	"github.com/lakewright/lakewright/generator/model"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got); go test ./generator/component -update writes it:\n%s", path, diff)
	}
}

// platform loads an environment of this repository.
func platform(t testing.TB, name string) *model.Platform {
	t.Helper()
	p, problems := load.New(os.DirFS("../..")).Load(context.Background(), name)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// outputs compiles every component.
func outputs(p *model.Platform) []Output {
	outs := make([]Output, len(All))
	for i, component := range All {
		outs[i] = component(p)
	}
	return outs
}

// applications compiles every component to its Applications, by name.
func applications(t *testing.T, p *model.Platform) map[string]argocd.Application {
	t.Helper()
	applications := map[string]argocd.Application{}
	var all []Namespace
	for _, out := range outputs(p) {
		all = append(all, out.Namespaces...)
		for _, app := range out.Applications {
			applications[app.Name] = app
		}
	}
	app, err := Namespaces(all)
	if err != nil {
		t.Fatal(err)
	}
	applications[app.Name] = app
	return applications
}

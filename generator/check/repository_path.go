package check

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
)

var repositoryPath = Rule{
	Code:    "repository-path",
	Summary: "The charts and Terraform modules that components name are in the repository.",
	Reason: "Argo CD and Terraform read these folders from the commit. A folder that is missing, lies outside the repository or holds no chart or module " +
		"is found here, at the line that names it, and not when the first sync or init fails.",
	Sources: []string{
		"https://helm.sh/docs/topics/charts/#the-chart-file-structure",
		"https://developer.hashicorp.com/terraform/language/modules/sources#local-paths",
	},
	check: checkRepositoryPath,
}

func checkRepositoryPath(p *pass) {
	if p.repository == nil {
		return
	}
	isChart := func(name string) bool { return name == "Chart.yaml" }
	isModule := func(name string) bool { return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") }
	looked := map[string]*diag.Diagnostic{} // by folder: many components share a chart
	check := func(folder, what string, is func(string) bool, at ...string) {
		d, ok := looked[what+" "+folder]
		if !ok {
			d = p.lookAt(folder, what, is)
			looked[what+" "+folder] = d
		}
		if d != nil {
			reported := *d
			reported.Summary = field(at...) + " " + d.Summary
			p.report(reported, at...)
		}
	}
	for _, name := range p.components {
		c := p.Custom[name]
		if !c.Upstream() {
			check(c.Chart, "a Chart.yaml", isChart, "custom", name, "chart")
		}
		if c.Terraform != nil {
			check(c.Terraform.Source, "a .tf file", isModule, "custom", name, "terraform", "source")
		}
	}
}

// lookAt returns what is wrong with a folder that must hold a file, nil for nothing.
func (p *pass) lookAt(folder, what string, is func(file string) bool) *diag.Diagnostic {
	d := diag.Diagnostic{Found: folder, Allowed: "a folder of the repository that holds " + what}
	var entries []fs.DirEntry
	info, err := fs.Stat(p.repository, folder)
	if err == nil && info.IsDir() {
		entries, err = fs.ReadDir(p.repository, folder)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Summary = "names a folder that the repository does not have"
		d.Hint = p.nearestFolder(folder)
	case err != nil:
		// os.Root refuses a link that leads out of the repository.
		d.Summary = "cannot be read"
		d.Found += ": " + unwrap(err)
	case !info.IsDir():
		d.Summary = "names a file, and not a folder"
		d.Hint = "did you mean " + path.Dir(folder) + "?"
	case !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return is(e.Name()) }):
		d.Summary = "names a folder without " + what
	default:
		return nil
	}
	return &d
}

func (p *pass) nearestFolder(folder string) string {
	var siblings []string
	entries, err := fs.ReadDir(p.repository, path.Dir(folder))
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if e.IsDir() {
			siblings = append(siblings, e.Name())
		}
	}
	if near := diag.Nearest(path.Base(folder), siblings); near != "" {
		return "did you mean " + path.Join(path.Dir(folder), near) + "?"
	}
	return ""
}

func unwrap(err error) string {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err.Error()
	}
	return err.Error()
}

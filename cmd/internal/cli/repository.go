package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lakewright/lakewright/cmd/internal/ui"
	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/load"
)

// A repository is the user's monorepo: the nearest folder at or above the
// current one that has an environments folder.
type repository struct {
	root string
	// fs reaches the files below root and nothing else, whatever symbolic
	// links say.
	fs fs.FS
}

// openRepository opens the repository once in a run.
func (a *app) openRepository() (*repository, error) {
	if a.repository != nil {
		return a.repository, nil
	}
	r, err := findRepository(a.dir)
	a.repository = r
	return r, err
}

func findRepository(folder string) (*repository, error) {
	start, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(start); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", start)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(filepath.Join(dir, load.Folder)); err == nil && info.IsDir() {
			root, err := os.OpenRoot(dir)
			if err != nil {
				return nil, err
			}
			return &repository{dir, root.FS()}, nil
		}
		if dir == filepath.Dir(dir) {
			return nil, fmt.Errorf("there is no %s folder in %s or above it: change to your platform's repository, or name it with -C", load.Folder, start)
		}
	}
}

// environments returns the environments named in args, or all for none. Every
// unknown one is reported.
func (r *repository) environments(args []string) ([]string, error) {
	all, err := load.Environments(r.fs)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		if len(all) == 0 {
			return nil, fmt.Errorf("%s has no environments: make a folder for the first one, with a platform.cue in it", load.Folder)
		}
		return all, nil
	}
	var errs []error
	var names []string
	for _, arg := range args {
		// A path such as environments/dev/ is what a shell completes.
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Clean(arg)), load.Folder+"/")
		if !slices.Contains(all, name) {
			hint := ""
			if near := diag.Nearest(name, all); near != "" {
				hint = ", did you mean " + near + "?"
			}
			errs = append(errs, fmt.Errorf("there is no environment %q among %s%s", arg, strings.Join(all, ", "), hint))
			continue
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, errors.Join(errs...)
}

// source reads a file that a diagnostic names.
func (r *repository) source(file string) ([]byte, error) { return fs.ReadFile(r.fs, file) }

// completeEnvironments completes the names of environments.
func (a *app) completeEnvironments(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	r, err := a.openRepository()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, _ := load.Environments(r.fs)
	return slices.DeleteFunc(all, func(e string) bool { return slices.Contains(args, e) }), cobra.ShellCompDirectiveNoFileComp
}

// problemsView is the JSON form of diagnostics.
type problemsView struct {
	Problems diag.List `json:"problems"`
}

// printProblems shows diagnostics: as data on standard output, or as text on
// standard error, with source lines where somebody reads along.
func (a *app) printProblems(problems diag.List) {
	if a.output == "json" {
		_ = a.console.JSON(problemsView{problems})
		return
	}
	a.showProblems(problems)
	errorCount := 0
	for _, d := range problems {
		if d.Severity == diag.Error {
			errorCount++
		}
	}
	if errorCount > 0 {
		fmt.Fprintf(a.console.Err, "%s\n", count(errorCount, "problem"))
		if a.unchecked {
			a.console.Note("The rules that span components are checked once these are mended.")
		}
	}
}

// showProblems writes diagnostics to standard error. Their positions are
// relative to the repository's root in data and to where the user stands here.
func (a *app) showProblems(problems diag.List) {
	o := diag.PrintOptions{Color: ui.Color(a.console.Err)}
	if r, err := a.openRepository(); err == nil {
		if ui.Terminal(a.console.Err) {
			o.Source = r.source
		}
		o.File = func(file string) string { return relative(r.root, file) }
	}
	_ = diag.Fprint(a.console.Err, problems, o)
}

// relative names a file of the repository from the current folder, when it is
// below it or not far above.
func relative(root, file string) string {
	wd, err := os.Getwd()
	if err != nil {
		return file
	}
	rel, err := filepath.Rel(wd, filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		return file
	}
	return rel
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

package schema_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"cuelang.org/go/cue/format"
)

var update = flag.Bool("update", false, "write the CUE files as they should be formatted")

// TestFormat holds every CUE file of the repository to "cue fmt". Test data is
// left as it is: some of it is broken on purpose.
func TestFormat(t *testing.T) {
	root := os.DirFS("..")
	files := 0
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git"):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(path) != ".cue":
			return nil
		}
		files++
		source, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(source)
		switch {
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case bytes.Equal(source, formatted):
		case *update:
			return os.WriteFile(filepath.Join("..", path), formatted, 0o644)
		default:
			t.Errorf("%s is not formatted as \"cue fmt\" does; \"go test ./schema -update\" writes it as\n%s", path, formatted)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no CUE file found")
	}
}

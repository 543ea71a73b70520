package load

import (
	"bytes"
	"flag"

	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lakewright/lakewright/generator/diag"
)

var update = flag.Bool("update", false, "write the expected output of testdata/bad anew")

// want is the file of an archive that holds the expected output.
const want = "want"

// TestBad loads repositories that have something wrong with them. Each
// testdata/bad/*.txtar holds the files of one and what the user is told. The
// lines above the files say what the case is about, and make what an archive
// cannot hold:
//
//	symlink FILE -> TARGET
//	unquote FILE            the content is a Go string without its quotes
//	size FILE BYTES         a file of that many spaces
func TestBad(t *testing.T) {
	archives, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(archives) < 40 {
		t.Fatalf("%d cases, want at least 40", len(archives))
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {

			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			root := unpack(t, archive)
			platform, problems := New(root.FS()).Load(t.Context(), "dev")
			if platform != nil || !problems.HasErrors() {
				t.Errorf("it loaded: %v", problems)
			}
			for _, d := range problems {
				if d.Position.IsZero() {
					t.Errorf("no position: %s", d.Summary)
				}
			}
			var got bytes.Buffer
			if err := diag.Fprint(&got, problems, diag.PrintOptions{Source: root.ReadFile}); err != nil {
				t.Fatal(err)
			}
			compareGolden(t, file, archive, got.Bytes())
		})
	}
}

func compareGolden(t *testing.T, file string, archive *txtar.Archive, got []byte) {
	t.Helper()
	last := len(archive.Files) - 1
	if last < 0 || archive.Files[last].Name != want {
		archive.Files = append(archive.Files, txtar.File{Name: want})
		last++
	}
	if bytes.Equal(archive.Files[last].Data, got) {
		return
	}
	if !*update {
		t.Errorf("got:\n%s\nwant:\n%s\n(go test -update writes it anew)", got, archive.Files[last].Data)
		return
	}
	archive.Files[last].Data = got
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unpack writes the files of an archive to a folder and opens it as production
// code opens a repository.
func unpack(t testing.TB, archive *txtar.Archive) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		if f.Name != want {
			writeFile(t, filepath.Join(dir, f.Name), f.Data)
		}
	}
	for line := range strings.Lines(string(archive.Comment)) {
		words := append(strings.Fields(line), "", "", "", "")
		file := filepath.Join(dir, words[1])
		switch {
		case words[0] == "symlink" && words[2] == "->":
			writeFile(t, file, nil) // Makes its folder.
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(words[3], file); err != nil {
				t.Fatal(err)
			}
		case words[0] == "unquote":
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, err := strconv.Unquote("\"" + strings.ReplaceAll(strings.TrimSpace(string(data)), "\n", `\n`) + "\"")
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, file, []byte(text))
		case words[0] == "size":
			size, err := strconv.Atoi(words[2])
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, file, bytes.Repeat([]byte(" "), size))
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func writeFile(t testing.TB, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

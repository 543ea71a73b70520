package tree

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lakewright/lakewright/generator/artifact"
)

// FuzzPath writes a file at any path that a Set takes, with links beside it that
// lead out of the folder: nothing but the folder changes, and what is
// written is what is read back.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"values/a.yaml", "a", "..", "../a", "a/../../b", "/etc/a", "./a", "a//b", "a/", "", ".",
		"out/b", "in/b", "file", "file/b", "out", "a\\..\\b", "a\x00b", "a\nb", "\xff", "한국어/é",
		"index.json", "INDEX.JSON", "index.json/a", ".lakewright/lock", ".Lakewright/stage/files/a",
		strings.Repeat("a", 256), strings.Repeat("a/", 200) + "b", strings.Repeat("a/", 3000) + "b",
		"~/a", "$HOME/a", "C:/a", "con", "..a", "a..", "...", "-rf", "*",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		base := t.TempDir()
		repository := filepath.Join(base, "repository")
		tree, folder := in(repository), filepath.Join(base, "repository", dir)
		put(t, folder, map[string]string{"out": "-> ../../../../outside", "in": "-> mine", "mine/b": "p", "file": "-> ../../platform.cue"})
		put(t, base, map[string]string{"outside/b": "p", "repository/environments/dev/platform.cue": "p"})
		before := snapshot(t, base)

		s := new(artifact.Set)
		if err := s.Add(path, []byte("generated")); err != nil {
			return
		}
		want := maps.Clone(before)
		if _, err := tree.Write(t.Context(), s, metas[0], Options{Force: true}); err == nil {
			// The path is replaced, or new; in/b cannot be, which the snapshot would show.
			for p, content := range written(t, s, metas[0]) {
				want[filepath.Join("repository", dir, p)] = content
			}
			if again, err := tree.Files(); err != nil || fmt.Sprint(again.Files()) != fmt.Sprint(s.Files()) {
				t.Errorf("read back %v, %v", again, err)
			}
			if ok, err := tree.Unchanged(metas[0]); !ok || err != nil {
				t.Errorf("Unchanged = %t, %v after the write", ok, err)
			}
		} else if _, err := os.Lstat(filepath.Join(folder, workDir)); err == nil {
			t.Error("a refused write leaves staged files")
		}
		got := snapshot(t, base)
		indexPath := filepath.Join("repository", dir, IndexFile)
		if (got[indexPath] == "") != (want[indexPath] == "") {
			t.Errorf("index %q", got[indexPath])
		}
		delete(got, indexPath) // its escapes are not MarshalIndent's
		delete(want, indexPath)
		equal(t, got, want)
	})
}

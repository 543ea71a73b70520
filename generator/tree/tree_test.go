package tree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/diag"
)

const (
	overwrites = "; generate --force overwrites the file and the edit is lost"
	deletes    = "; generate --force deletes the file and the edit is lost"
)

// TestWrite writes one set, lets a person work in the folder, and writes a
// second set.
func TestWrite(t *testing.T) {
	tests := map[string]struct {
		first   map[string]string
		person  map[string]string // as put takes them
		deletes []string          // by the person, before they put
		second  map[string]string
		force   bool
		// What the second Write reports of what is not unchanged.
		status map[string]Status
		// What it refuses, one line each: position, summary [code] hint.
		refused []string
		// What the folder holds beside the second set. Where the write is
		// refused the folder stays as the person left it.
		others map[string]string
	}{
		"into an empty folder": {
			second: map[string]string{"argocd/root.yaml": "a", "terraform/data/main.tf.json": "{}"},
			status: map[string]Status{"argocd/root.yaml": Added, "terraform/data/main.tf.json": Added},
		},
		"nothing at all": {},
		"add, change, remove": {
			first:  map[string]string{"same": "s", "changed": "1", "gone": "g", "deep/er/gone": "g"},
			second: map[string]string{"same": "s", "changed": "2", "new/file": "n"},
			status: map[string]Status{"changed": Changed, "gone": Removed, "deep/er/gone": Removed, "new/file": Added},
		},
		"files of a person stay, and their folders": {
			first:  map[string]string{"a/b/ours": "1", "c/ours": "1"},
			person: map[string]string{"a/b/.terraform/lock": "p", "notes.txt": "p", "c/empty": "/"},
			second: map[string]string{"ours": "2"},
			status: map[string]Status{"a/b/ours": Removed, "c/ours": Removed, "ours": Added},
			others: map[string]string{"a/b/.terraform/lock": "p", "notes.txt": "p", "c/empty": "/"},
		},
		"a missing file comes back": {
			first:   map[string]string{"a": "1", "b": "1"},
			deletes: []string{"a"},
			second:  map[string]string{"a": "1", "b": "1"},
			status:  map[string]Status{"a": Missing},
		},
		"a file that is missing and no longer generated": {
			first:   map[string]string{"a": "1", "b/c": "1"},
			deletes: []string{"b/c"},
			second:  map[string]string{"a": "1"},
			status:  map[string]Status{"b/c": Removed},
		},
		"an edit is refused": {
			first:   map[string]string{"a": "1", "b": "1", "c": "1"},
			person:  map[string]string{"a": "mine", "b": "mine"},
			second:  map[string]string{"a": "1", "c": "2"},
			status:  map[string]Status{"a": HandEdited, "b": HandEdited, "c": Changed},
			refused: []string{"a: generated file was edited by hand [generated-edited] make the change in CUE" + overwrites, "b: generated file was edited by hand and is no longer generated [generated-edited] move it away to keep it" + deletes},
		},
		"an edit is overwritten by force": {
			first:  map[string]string{"a": "1", "b": "1", "c": "1"},
			person: map[string]string{"a": "mine", "b": "mine"},
			second: map[string]string{"a": "1", "c": "2"},
			force:  true,
			status: map[string]Status{"a": HandEdited, "b": HandEdited, "c": Changed},
		},
		"an edit that is what is generated now": {
			first:  map[string]string{"a": "1"},
			person: map[string]string{"a": "2"},
			second: map[string]string{"a": "2"},
		},
		"a foreign file is refused": {
			first:   map[string]string{"a": "1"},
			person:  map[string]string{"new": "mine"},
			second:  map[string]string{"a": "2", "new": "ours"},
			status:  map[string]Status{"a": Changed, "new": Foreign},
			refused: []string{"new: a file that lakewright did not write stands where it generates one [generated-foreign] move it away to keep it; generate --force overwrites the file and its content is lost"},
		},
		"a foreign file is overwritten by force": {
			person: map[string]string{"new": "mine"},
			second: map[string]string{"new": "ours"},
			force:  true,
			status: map[string]Status{"new": Foreign},
		},
		"a foreign file that is what is generated": {
			person: map[string]string{"new": "ours"},
			second: map[string]string{"new": "ours"},
		},
		"a file becomes a folder": {
			first:  map[string]string{"a": "1"},
			second: map[string]string{"a/b": "1"},
			status: map[string]Status{"a": Removed, "a/b": Added},
		},
		"a folder becomes a file": {
			first:  map[string]string{"a/b/c": "1", "a/d": "1"},
			second: map[string]string{"a": "1"},
			status: map[string]Status{"a": Added, "a/b/c": Removed, "a/d": Removed},
		},
		"a folder with a person's file cannot become a file": {
			first:   map[string]string{"a/b": "1"},
			person:  map[string]string{"a/mine": "p"},
			second:  map[string]string{"a": "1"},
			force:   true,
			status:  map[string]Status{"a": Blocked, "a/b": Removed},
			refused: []string{"a: a folder with other files stands where this file is generated [generated-blocked] move it away and generate again; --force does not remove it"},
		},
		"a folder with a person's empty folder cannot become a file": {
			first:   map[string]string{"a/b": "1"},
			person:  map[string]string{"a/mine": "/"},
			second:  map[string]string{"a": "1"},
			status:  map[string]Status{"a": Blocked, "a/b": Removed},
			refused: []string{"a: a folder with other files stands where this file is generated [generated-blocked] move it away and generate again; --force does not remove it"},
		},
		"a person's file above ours": {
			person:  map[string]string{"a": "p"},
			second:  map[string]string{"a/b": "1", "a/c/d": "1"},
			force:   true,
			status:  map[string]Status{"a/b": Blocked, "a/c/d": Blocked},
			refused: []string{"a: this is no folder, and files are generated below it [generated-blocked] move it away and generate again; --force does not remove it"},
		},
		"a folder in place of a file that is no longer generated": {
			first:   map[string]string{"a": "1"},
			deletes: []string{"a"},
			person:  map[string]string{"a/mine": "p"},
			second:  map[string]string{"b": "1"},
			status:  map[string]Status{"a": Removed, "b": Added},
			others:  map[string]string{"a/mine": "p"},
		},
		"a link in place of a file is an edit": {
			first:   map[string]string{"a": "1"},
			person:  map[string]string{"a": "-> b", "b": "1"},
			second:  map[string]string{"a": "1"},
			status:  map[string]Status{"a": HandEdited},
			refused: []string{"a: generated file was edited by hand [generated-edited] make the change in CUE" + overwrites},
		},
		"force replaces a link, not what it points at": {
			first:  map[string]string{"a": "1", "gone": "1"},
			person: map[string]string{"a": "-> b", "b": "mine", "gone": "-> b"},
			second: map[string]string{"a": "2"},
			force:  true,
			status: map[string]Status{"a": HandEdited, "gone": HandEdited},
			others: map[string]string{"b": "mine"},
		},
		"a linked folder is not written through": {
			first:   map[string]string{"a/b": "1"},
			deletes: []string{"a"},
			person:  map[string]string{"a": "-> mine", "mine/b": "1"},
			second:  map[string]string{"a/b": "2"},
			force:   true,
			status:  map[string]Status{"a/b": Blocked},
			refused: []string{"a: this is no folder, and files are generated below it [generated-blocked] move it away and generate again; --force does not remove it"},
		},
		"a linked folder is not pruned through": {
			first:   map[string]string{"a/b": "1", "c": "1"},
			deletes: []string{"a"},
			person:  map[string]string{"a": "-> mine", "mine/b": "1"},
			second:  map[string]string{"c": "1"},
			status:  map[string]Status{"a/b": Removed},
			others:  map[string]string{"a": "-> mine", "mine/b": "1"},
		},
		"a name that needs escaping": {
			second: map[string]string{"<&> 한국어\n.yaml": "1"},
			status: map[string]Status{"<&> 한국어\n.yaml": Added},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repository := t.TempDir()
			tree, folder := in(repository), filepath.Join(repository, dir)
			if test.first != nil {
				mustWrite(t, tree, set(test.first), metas[0], Options{})
			}
			for _, name := range test.deletes {
				if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
					t.Fatal(err)
				}
			}
			put(t, folder, test.person)
			var before map[string]string
			if test.refused != nil {
				before = snapshot(t, folder)
			}

			second := set(test.second)
			diff, err := tree.Diff(second, metas[1])
			if err != nil {
				t.Fatal(err)
			}
			changes, err := tree.Write(t.Context(), second, metas[1], Options{Force: test.force})
			if got, want := fmt.Sprint(changes), fmt.Sprint(diff); got != want {
				t.Errorf("Write returned other changes than Diff:\n%s\n%s", got, want)
			}
			status := map[string]Status{}
			for _, f := range changes.Files {
				if f.Status != Unchanged && f.Path != IndexFile {
					status[f.Path] = f.Status
				}
			}
			if !maps.Equal(status, test.status) {
				t.Errorf("got %v, want %v", status, test.status)
			}
			if test.refused != nil {
				var l diag.List
				if !errors.As(err, &l) {
					t.Fatalf("got error %v, want refusals", err)
				}
				var lines []string
				for _, d := range l {
					lines = append(lines, fmt.Sprintf("%s: %s [%s] %s", d.Position, d.Summary, d.Code, d.Hint))
				}
				want := dir + "/" + strings.Join(test.refused, "\n"+dir+"/")
				if got := strings.Join(lines, "\n"); got != want {
					t.Errorf("refused\n%s\nwant\n%s", got, want)
				}
				equal(t, snapshot(t, folder), before)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := written(t, second, metas[1])
			maps.Copy(want, test.others)
			got := snapshot(t, folder)
			if strings.Contains(name, "escaping") { // MarshalIndent, as written uses it, escapes more
				delete(got, IndexFile)
				delete(want, IndexFile)
			}
			equal(t, got, want)
			if diff, err = tree.Diff(second, metas[1]); err != nil || !diff.Current() {
				t.Errorf("after the write: %v, %v", diff, err)
			}
			if ok, err := tree.Unchanged(metas[1]); !ok || err != nil {
				t.Errorf("Unchanged = %t, %v after the write", ok, err)
			}
		})
	}
}

func TestIndexContent(t *testing.T) {
	repository := t.TempDir()
	mustWrite(t, in(repository), set(map[string]string{"values/b.yaml": "b\n", "argocd/a.yaml": "a\n"}), metas[0], Options{})
	const want = `{
  "//": "Generated by lakewright v1 from environments/dev/platform.cue. Do not edit.",
  "version": "v1",
  "inputs": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
  "files": {
    "argocd/a.yaml": "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",
    "values/b.yaml": "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f"
  }
}
`
	if got := snapshot(t, filepath.Join(repository, dir))[IndexFile]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestChangesAsJSON(t *testing.T) {
	repository := t.TempDir()
	mustWrite(t, in(repository), set(map[string]string{"a": "1", "b": "1"}), metas[0], Options{})
	put(t, filepath.Join(repository, dir), map[string]string{"a": "mine"})
	changes, err := in(repository).Diff(set(map[string]string{"a": "1", "c": "1"}), metas[0])
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(changes)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"interrupted":false,"files":[{"path":"a","status":"hand-edited"},{"path":"b","status":"removed"},{"path":"c","status":"added"},{"path":"index.json","status":"changed"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUnchangedFilesAreNotTouched(t *testing.T) {
	repository := t.TempDir()
	tree, folder := in(repository), filepath.Join(repository, dir)
	mustWrite(t, tree, set(map[string]string{"same": "1", "changed": "1"}), metas[0], Options{})
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, name := range []string{"same", "changed", IndexFile} {
		if err := os.Chtimes(filepath.Join(folder, name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	touched := func() (names []string) {
		for _, name := range []string{"same", "changed", IndexFile} {
			info, err := os.Stat(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			if !info.ModTime().Equal(long) {
				names = append(names, name)
			}
		}
		return names
	}
	if changes := mustWrite(t, tree, set(map[string]string{"same": "1", "changed": "1"}), metas[0], Options{}); !changes.Current() || touched() != nil {
		t.Errorf("an equal write reports %v and touches %v", changes, touched())
	}
	mustWrite(t, tree, set(map[string]string{"same": "1", "changed": "2"}), metas[0], Options{})
	if got := fmt.Sprint(touched()); got != "[changed index.json]" {
		t.Errorf("touched %s", got)
	}
}

func TestUnchanged(t *testing.T) {
	tests := map[string]struct {
		person  map[string]string
		deletes string
		meta    Meta
		want    bool
	}{
		"as written":         {meta: metas[0], want: true},
		"beside other files": {meta: metas[0], person: map[string]string{"mine": "p"}, want: true},
		"other inputs":       {meta: metas[1]},
		"other version":      {meta: Meta{metas[0].Header, "v2", metas[0].Inputs}},
		"an edit":            {meta: metas[0], person: map[string]string{"a": "2"}},
		"a link":             {meta: metas[0], person: map[string]string{"a": "-> b/c"}},
		"a file deleted":     {meta: metas[0], deletes: "b/c"},
		"a folder deleted":   {meta: metas[0], deletes: "b"},
		"the index deleted":  {meta: metas[0], deletes: IndexFile},
		"all deleted":        {meta: metas[0], deletes: "."},
		"staged by a killed write": {
			meta: metas[0], person: map[string]string{stagedFiles + "/a": "2"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repository := t.TempDir()
			folder := filepath.Join(repository, dir)
			mustWrite(t, in(repository), set(map[string]string{"a": "1", "b/c": "1"}), metas[0], Options{})
			if test.deletes != "" {
				if err := os.RemoveAll(filepath.Join(folder, filepath.FromSlash(test.deletes))); err != nil {
					t.Fatal(err)
				}
			}
			put(t, folder, test.person)
			if got, err := in(repository).Unchanged(test.meta); got != test.want || err != nil {
				t.Errorf("Unchanged = %t, %v, want %t", got, err, test.want)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	repository := t.TempDir()
	tree := in(repository)
	if s, err := tree.Files(); err != nil || s.Len() != 0 {
		t.Fatalf("a missing folder has %d files, %v", s.Len(), err)
	}
	mustWrite(t, tree, set(map[string]string{"a": "1", "b": "1", "c": "1", "d/e": "1"}), metas[0], Options{})
	put(t, filepath.Join(repository, dir), map[string]string{"a": "mine", "b": "-> a", "other": "p"})
	if err := os.Remove(filepath.Join(repository, dir, "c")); err != nil {
		t.Fatal(err)
	}
	s, err := tree.Files()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range s.Files() {
		got[f.Path] = string(f.Content)
	}
	equal(t, got, map[string]string{"a": "mine", "d/e": "1"})
}

func TestCorruptIndex(t *testing.T) {
	const hash = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
	tests := map[string]struct{ index, found string }{
		"empty":          {"", "unexpected end of JSON input"},
		"cut short":      {`{"files": {"a": "`, "unexpected end of JSON input"},
		"merge conflict": {"{\n<<<<<<< HEAD\n", "invalid character '<' looking for beginning of object key string"},
		"two documents":  {"{}{}", "invalid character '{' after top-level value"},
		"of other type":  {`{"files": ["a"]}`, "json: cannot unmarshal array into Go struct field Index.files of type map[string]string"},
		"no hash":        {`{"files": {"a": "beef"}}`, `"beef" of a is not a SHA-256`},
		"no hexadecimal": {`{"files": {"a": "` + strings.Repeat("g", 64) + `"}}`, `"` + strings.Repeat("g", 64) + `" of a is not a SHA-256`},
		"escape":         {`{"files": {"../a": "` + hash + `"}}`, `generated path "../a" is not a clean path inside the generated folder`},
		"absolute":       {`{"interrupted": {"/a": "` + hash + `"}}`, `generated path "/a" is not a clean path inside the generated folder`},
		"itself":         {`{"files": {"index.json": "` + hash + `"}}`, `generated path index.json is reserved for the tree's own files`},
		"lock":           {`{"files": {".lakewright/lock": "` + hash + `"}}`, `generated path .lakewright/lock is reserved for the tree's own files`},
		"a link":         {"-> a", "it is not a regular file"},
		"a folder":       {"/", "it is not a regular file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repository := t.TempDir()
			tree, folder := in(repository), filepath.Join(repository, dir)
			put(t, folder, map[string]string{IndexFile: test.index, "a": "{}"})
			before := snapshot(t, folder)
			_, diffErr := tree.Diff(new(artifact.Set), metas[0])
			_, unchangedErr := tree.Unchanged(metas[0])
			_, filesErr := tree.Files()
			_, writeErr := tree.Write(t.Context(), new(artifact.Set), metas[0], Options{Force: true})
			for _, err := range []error{diffErr, unchangedErr, filesErr, writeErr} {
				var l diag.List
				if !errors.As(err, &l) || len(l) != 1 {
					t.Fatalf("got error %v, want one diagnostic", err)
				}
				if l[0].Found != test.found {
					t.Errorf("found %q, want %q", l[0].Found, test.found)
				}
			}
			equal(t, snapshot(t, folder), before)
			const hint = "restore it with git checkout -- environments/dev/generated/index.json, or delete the folder environments/dev/generated and generate it again"
			if l := writeErr.(diag.List); l[0].Hint != hint || l[0].Position.String() != dir+"/index.json" {
				t.Errorf("got %+v", l[0])
			}
		})
	}
}

func TestReservedPaths(t *testing.T) {
	for _, path := range []string{"index.json", "INDEX.json", "index.json/a", ".lakewright/lock", ".Lakewright/stage", ".lakewright"} {
		t.Run(path, func(t *testing.T) {
			repository := t.TempDir()
			_, err := in(repository).Write(t.Context(), set(map[string]string{path: "x", "a": "x"}), metas[0], Options{Force: true})
			if want := "generated path " + path + " is reserved for the tree's own files"; err == nil || err.Error() != want {
				t.Errorf("got error %v, want %s", err, want)
			}
			equal(t, snapshot(t, filepath.Join(repository, dir)), map[string]string{})
		})
	}
}

// TestOutside has links that lead out of the folder or of the repository:
// what they lead to stays as it is.
func TestOutside(t *testing.T) {
	tests := map[string]struct {
		person map[string]string // relative to the repository
		second map[string]string
		err    string
	}{
		"a folder": {
			person: map[string]string{dir + "/a": "-> ../../../../outside"},
			second: map[string]string{"a/b": "2"},
			err:    dir + "/a: this is no folder, and files are generated below it",
		},
		"a folder that is no longer generated": {
			person: map[string]string{dir + "/a": "-> ../../../../outside"},
		},
		"an absolute folder": {
			person: map[string]string{dir + "/a": "-> OUTSIDE"},
			second: map[string]string{"a/c": "2"},
			err:    dir + "/a: this is no folder, and files are generated below it",
		},
		"a file": {
			person: map[string]string{dir + "/b": "-> ../../../../outside/b"},
			second: map[string]string{"b": "2"},
		},
		"the work folder": {
			person: map[string]string{dir + "/.lakewright": "-> ../../../../outside"},
			second: map[string]string{"b": "2"},
			err:    dir + ": .lakewright is not lakewright's own: remove it",
		},
		"the lock": {
			person: map[string]string{dir + "/.lakewright/lock": "-> ../../../../../outside/b"},
			second: map[string]string{"b": "2"},
			err:    dir + ": .lakewright/lock is not lakewright's own: remove it",
		},
		"the generated folder": {
			person: map[string]string{dir: "-> ../../../outside"},
			second: map[string]string{"b": "2"},
			err:    dir + " is not a folder: remove it, lakewright makes its own",
		},
		"the environment": {
			person: map[string]string{"environments/dev": "-> ../../outside"},
			second: map[string]string{"b": "2"},
			err:    "statat environments/dev/generated: path escapes from parent",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			repository, outside := filepath.Join(base, "repository"), filepath.Join(base, "outside")
			put(t, outside, map[string]string{"b": "1", "generated/b": "1"})
			before := snapshot(t, outside)
			put(t, repository, map[string]string{"README.md": "p"})
			mustWrite(t, in(repository), set(map[string]string{"a/b": "1"}), metas[0], Options{})
			for name, content := range test.person {
				name = filepath.Join(repository, name)
				if err := os.RemoveAll(name); err != nil {
					t.Fatal(err)
				}
				put(t, "/", map[string]string{name: strings.Replace(content, "OUTSIDE", outside, 1)})
			}
			_, err := in(repository).Write(t.Context(), set(test.second), metas[1], Options{Force: true})
			if got := fmt.Sprint(err); test.err == "" && err != nil || test.err != "" && got != test.err {
				t.Errorf("got error %v, want %s", err, test.err)
			}
			equal(t, snapshot(t, outside), before)
		})
	}
}

// TestCancel cancels a write at each moment that it looks at its context.
func TestCancel(t *testing.T) {
	repository := t.TempDir()
	tree, folder := in(repository), filepath.Join(repository, dir)
	mustWrite(t, tree, set(map[string]string{"a": "1"}), metas[0], Options{})
	before := snapshot(t, folder)
	second := set(map[string]string{"a": "2", "b": "2", "c/d": "2"})
	looks := 0
	for ; ; looks++ {
		ctx := &endsAfter{Context: t.Context()}
		ctx.left.Store(int64(looks))
		_, err := tree.Write(ctx, second, metas[1], Options{})
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		equal(t, snapshot(t, folder), before)
	}
	if looks < second.Len() {
		t.Errorf("the write looked at its context %d times, want once a file or more", looks)
	}
	equal(t, snapshot(t, folder), written(t, second, metas[1]))
}

// endsAfter is a context that has ended after some looks at it.
type endsAfter struct {
	context.Context
	left atomic.Int64
}

func (c *endsAfter) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

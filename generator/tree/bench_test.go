package tree

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lakewright/lakewright/generator/artifact"
)

// many returns a set as a thousand components make it: n files of 2 kB in
// folders of 100, told apart by content.
func many(n int, content string) *artifact.Set {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("values/%d/component-%d.yaml", i/100, i)] = content + strings.Repeat("some: value\n", 170) + fmt.Sprint(i)
	}
	return set(files)
}

// The writes' figures hold for a file system where nobody has deleted thousands
// of files in the last minutes: ext4 then searches long for a free inode, and
// creating a file takes up to ten times as long.

func BenchmarkWriteNew(b *testing.B) {
	s := many(2000, "a")
	for b.Loop() {
		mustWrite(b, in(b.TempDir()), s, metas[0], Options{})
	}
}

func BenchmarkWriteAllChanged(b *testing.B) {
	tree := in(b.TempDir())
	sets := [2]*artifact.Set{many(2000, "a"), many(2000, "b")}
	mustWrite(b, tree, sets[0], metas[0], Options{})
	for i := 1; b.Loop(); i = 1 - i {
		mustWrite(b, tree, sets[i], metas[i], Options{})
	}
}

func BenchmarkWriteOneChanged(b *testing.B) {
	tree := in(b.TempDir())
	files := many(3000, "a")
	var sets [2]*artifact.Set
	for i := range sets {
		sets[i] = new(artifact.Set)
		for _, f := range files.Files() {
			_ = sets[i].Add(f.Path, f.Content)
		}
		_ = sets[i].Add("one", fmt.Append(nil, i))
	}
	mustWrite(b, tree, sets[0], metas[0], Options{})
	for i := 1; b.Loop(); i = 1 - i {
		mustWrite(b, tree, sets[i], metas[i], Options{})
	}
}

func BenchmarkUnchanged(b *testing.B) {
	tree := in(b.TempDir())
	mustWrite(b, tree, many(3000, "a"), metas[0], Options{})
	for b.Loop() {
		if ok, err := tree.Unchanged(metas[0]); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	tree, s := in(b.TempDir()), many(3000, "a")
	mustWrite(b, tree, s, metas[0], Options{})
	for b.Loop() {
		if c, err := tree.Diff(s, metas[0]); !c.Current() || err != nil {
			b.Fatal(err)
		}
	}
}

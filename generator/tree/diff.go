package tree

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/diag"
)

// Status says how a generated file stands on disk.
type Status string

const (
	// Unchanged: the file is on disk as it is generated.
	Unchanged Status = "unchanged"
	// Added: the file is new.
	Added Status = "added"
	// Changed: the file is on disk as an earlier run generated it.
	Changed Status = "changed"
	// Removed: the file is owned and no longer generated.
	Removed Status = "removed"
	// Missing: the file is owned and generated, and is not on disk.
	Missing Status = "missing"
	// HandEdited: the file is owned, and on disk as no run generated it.
	HandEdited Status = "hand-edited"
	// Foreign: a file that is not owned stands where another is generated.
	Foreign Status = "foreign"
	// Blocked: the file cannot be written, because a folder that holds files
	// that are not owned stands in its place, or because something that is
	// neither owned nor a folder stands above it.
	Blocked Status = "blocked"
)

// A Change is the status of one file.
type Change struct {
	// Path is relative to the generated folder, with forward slashes.
	Path   string `json:"path"`
	Status Status `json:"status"`
}

// Changes tell how a folder differs from a set of files.
type Changes struct {
	// Interrupted says that a write was killed between its first change and its
	// last. The next Write makes the folder whole.
	Interrupted bool `json:"interrupted"`
	// Files are all generated and all owned files and the index, sorted by path.
	Files []Change `json:"files"`
}

// Paths returns the paths that have one of the statuses.
func (c Changes) Paths(statuses ...Status) []string {
	var paths []string
	for _, f := range c.Files {
		if slices.Contains(statuses, f.Status) {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// Current reports that a Write would change nothing.
func (c Changes) Current() bool {
	return !c.Interrupted && len(c.Paths(Unchanged)) == len(c.Files)
}

// A comparison is what a Write needs to know of the folder before it starts.
type comparison struct {
	Changes
	index  Index // that the write leaves
	disk   *disk
	before map[string]entry // by path
}

func (t Tree) compare(d *disk, set *artifact.Set, meta Meta) (*comparison, error) {
	index, indexBytes, err := t.readIndex(d)
	if err != nil {
		return nil, err
	}
	files := set.Files()
	sums := make([]string, len(files))
	_ = parallel(len(files), func(i int) error {
		sums[i] = sumOf(files[i].Content)
		return nil
	})
	c := &comparison{index: Index{Meta: meta, Files: make(map[string]string, len(files))}, disk: d}
	paths := index.owned()
	for i, f := range files {
		if err := checkPath(f.Path); err != nil {
			return nil, err
		}
		c.index.Files[f.Path] = sums[i]
		paths = append(paths, f.Path)
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if c.before, err = d.read(paths); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Dir, err)
	}
	c.Interrupted = index.Interrupted != nil
	for _, p := range paths {
		s, err := c.status(index, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Dir, err)
		}
		c.Files = append(c.Files, Change{p, s})
	}
	s, err := c.indexStatus(indexBytes)
	if err != nil {
		return nil, err
	}
	c.Files = append(c.Files, Change{IndexFile, s})
	slices.SortFunc(c.Files, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return c, nil
}

func (c *comparison) indexStatus(before []byte) (Status, error) {
	after, err := c.index.encode()
	switch {
	case err != nil:
		return "", err
	case before == nil:
		return Added, nil
	case !bytes.Equal(before, after):
		return Changed, nil
	}
	return Unchanged, nil
}

// status compares one path; index is the one on disk.
func (c *comparison) status(index Index, p string) (Status, error) {
	var (
		sum, wanted = c.index.Files[p]
		before      = c.before[p]
		there       = before.exists
	)
	if wanted && before.by != "" && !c.prunes(index, before.by) {
		return Blocked, nil
	}
	if before.mode.IsDir() {
		there = false // the owned file itself is gone
		if wanted {
			if emptied, err := c.empties(index, p); err != nil || !emptied {
				return Blocked, err
			}
		}
	}
	switch {
	case !wanted && there && !index.wrote(p, before.sum):
		return HandEdited, nil
	case !wanted:
		return Removed, nil
	case !there && index.owns(p):
		return Missing, nil
	case !there:
		return Added, nil
	case before.sum == sum:
		return Unchanged, nil
	case !index.owns(p):
		return Foreign, nil
	case index.wrote(p, before.sum):
		return Changed, nil
	}
	return HandEdited, nil
}

// prunes reports whether the write removes the file at path.
func (c *comparison) prunes(index Index, path string) bool {
	_, wanted := c.index.Files[path]
	return index.owns(path) && !wanted
}

// empties reports whether pruning leaves nothing of the folder at dir.
func (c *comparison) empties(index Index, dir string) (bool, error) {
	holders := map[string]bool{}
	for _, p := range index.owned() {
		if !c.prunes(index, p) {
			continue
		}
		for p = path.Dir(p); strings.HasPrefix(p+"/", dir+"/"); p = path.Dir(p) {
			holders[p] = true
		}
	}
	emptied := true
	err := fs.WalkDir(c.disk.root.FS(), dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && !holders[p] || !e.IsDir() && !c.prunes(index, p) {
			emptied = false
			return fs.SkipAll
		}
		return nil
	})
	return emptied && err == nil, err
}

// refusals lists the files that a Write must not touch, one diagnostic a file.
func (c *comparison) refusals(generated string, force bool) diag.List {
	var l diag.List
	for _, f := range c.Files {
		d := diag.Diagnostic{Severity: diag.Error, Position: diag.Position{File: path.Join(generated, f.Path)}}
		_, wanted := c.index.Files[f.Path]
		switch {
		case f.Status == Blocked:
			d.Code = "generated-blocked"
			d.Summary = "a folder with other files stands where this file is generated"
			if by := c.before[f.Path].by; by != "" {
				d.Position.File = path.Join(generated, by)
				d.Summary = "this is no folder, and files are generated below it"
			}
			d.Hint = "move it away and generate again; --force does not remove it"
		case force:
			continue
		case f.Status == HandEdited && wanted:
			d.Code = "generated-edited"
			d.Summary = "generated file was edited by hand"
			d.Hint = "make the change in CUE; generate --force overwrites the file and the edit is lost"
		case f.Status == HandEdited:
			d.Code = "generated-edited"
			d.Summary = "generated file was edited by hand and is no longer generated"
			d.Hint = "move it away to keep it; generate --force deletes the file and the edit is lost"
		case f.Status == Foreign:
			d.Code = "generated-foreign"
			d.Summary = "a file that lakewright did not write stands where it generates one"
			d.Hint = "move it away to keep it; generate --force overwrites the file and its content is lost"
		default:
			continue
		}
		l = append(l, d)
	}
	return l.Sort()
}

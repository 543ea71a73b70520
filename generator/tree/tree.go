// Package tree holds a set of generated files against an environment's generated folder on disk.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/diag"
)

// A Tree is the generated folder of an environment. The files in it that its
// index lists are owned: [Tree.Write] changes and removes these alone, and what
// else the folder holds stays.
type Tree struct {
	// Repository is the path of the repository's root. Nothing outside it is
	// read or written, wherever its symbolic links point.
	Repository string
	// Dir is the folder's path relative to Repository, with forward slashes.
	Dir string
}

// open returns the folder, or an error that is [fs.ErrNotExist].
func (t Tree) open() (*os.Root, error) {
	repository, err := os.OpenRoot(t.Repository)
	if err != nil {
		return nil, err
	}
	defer repository.Close()
	return t.openIn(repository)
}

// create returns the folder and makes it first where it is missing.
func (t Tree) create() (*os.Root, error) {
	repository, err := os.OpenRoot(t.Repository)
	if err != nil {
		return nil, err
	}
	defer repository.Close()
	root, err := t.openIn(repository)
	if !errors.Is(err, fs.ErrNotExist) {
		return root, err
	}
	if err := repository.MkdirAll(t.Dir, 0o755); err != nil {
		return nil, err
	}
	return t.openIn(repository)
}

func (t Tree) openIn(repository *os.Root) (*os.Root, error) {
	info, err := repository.Lstat(t.Dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder: remove it, lakewright makes its own", t.Dir)
	}
	return repository.OpenRoot(t.Dir)
}

// Diff compares the folder with what a Write of the same set and meta would
// leave. It changes nothing and takes no lock: beside a running Write it may
// see that write half done. A missing folder is an empty one.
func (t Tree) Diff(set *artifact.Set, meta Meta) (Changes, error) {
	c, err := t.look(set, meta)
	if err != nil {
		return Changes{}, err
	}
	return c.Changes, nil
}

// Refusals returns what a Write with the same arguments would refuse to touch.
// Like Diff it changes nothing and takes no lock.
func (t Tree) Refusals(set *artifact.Set, meta Meta, o Options) (diag.List, error) {
	c, err := t.look(set, meta)
	if err != nil {
		return nil, err
	}
	return c.refusals(t.Dir, o.Force), nil
}

// look compares the folder as it stands, without the lock, with a set.
func (t Tree) look(set *artifact.Set, meta Meta) (*comparison, error) {
	root, err := t.open()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if root != nil {
		defer root.Close()
	}
	return t.compare(newDisk(root), set, meta)
}

// Unchanged reports, without anything being generated, that the last Write had
// the same meta, that it finished, and that every file it wrote is as it left
// it. It takes no lock.
func (t Tree) Unchanged(meta Meta) (bool, error) {
	root, err := t.open()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer root.Close()
	d := newDisk(root)
	index, _, err := t.readIndex(d)
	if err != nil {
		return false, err
	}
	// A work folder says that a write is under way or was killed: then Write is to clean up.
	work, err := d.lstat(workDir)
	if err != nil || work.exists || index.Interrupted != nil || index.Meta != meta {
		return false, err
	}
	entries, err := d.read(index.owned())
	if err != nil {
		return false, fmt.Errorf("%s: %w", t.Dir, err)
	}
	for path, sum := range index.Files {
		if entries[path].sum != sum {
			return false, nil
		}
	}
	return true, nil
}

// Files returns the owned files as they stand on disk. Those that are missing
// are left out.
func (t Tree) Files() (*artifact.Set, error) {
	set := new(artifact.Set)
	root, err := t.open()
	if errors.Is(err, fs.ErrNotExist) {
		return set, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	d := newDisk(root)
	index, _, err := t.readIndex(d)
	if err != nil {
		return nil, err
	}
	for _, path := range index.owned() {
		e, err := d.lstat(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Dir, err)
		}
		if !e.mode.IsRegular() || !e.exists {
			continue
		}
		content, err := root.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Dir, err)
		}
		if err := set.Add(path, content); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Dir, err)
		}
	}
	return set, nil
}

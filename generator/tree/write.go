package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/artifact"
)

// The staged files lie below stagedFiles at the path they are for: a name that
// the file system refuses is found out before anything changes.
const (
	stageDir      = workDir + "/stage"
	stagedFiles   = stageDir + "/files"
	stagedIndex   = stageDir + "/index.json"
	stagedInterim = stageDir + "/interim.json"
)

// Options say what a Write may do.
type Options struct {
	// Force overwrites and removes files that were edited by hand, and
	// overwrites files that are not owned where others are generated.
	Force bool
}

// Write makes the folder hold the files of the set, and returns what differed.
// Files that are as they should be are not touched, and owned files that are no
// longer in the set are removed with the folders that this empties.
//
// Everything is staged and synced first. Then the index is replaced by one that
// says that a write is under way, the files are renamed into place, and the
// final index follows: a process killed at any moment leaves the old tree, the
// new one, or an index with Interrupted set, which the next Write makes whole.
// When ctx ends before the first rename, the old tree stays; later it is
// ignored.
//
// Write returns a [diag.List] naming the files that it refuses to touch, and a
// [*LockedError] when another process is writing.
func (t Tree) Write(ctx context.Context, set *artifact.Set, meta Meta, o Options) (changes Changes, err error) {
	root, err := t.create()
	if err != nil {
		return Changes{}, err
	}
	defer root.Close()
	lock, err := acquire(ctx, root)
	if locked, ok := errors.AsType[*LockedError](err); ok {
		locked.Dir = t.Dir
		return Changes{}, locked
	}
	if err != nil {
		return Changes{}, fmt.Errorf("%s: %w", t.Dir, err)
	}
	defer func() {
		if e := lock.release(); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", t.Dir, e))
		}
	}()
	c, err := t.compare(newDisk(root), set, meta)
	if err != nil {
		return Changes{}, err
	}
	if err := c.refusals(t.Dir, o.Force).Err(); err != nil || c.Current() {
		return c.Changes, err
	}
	w := newWriting(root, c)
	if err := w.stage(ctx, set); err != nil {
		return c.Changes, fmt.Errorf("%s is unchanged: %w", t.Dir, err)
	}
	if err := w.commit(); err != nil {
		return c.Changes, fmt.Errorf("%s is half written, and the next run completes it: %w", t.Dir, err)
	}
	return c.Changes, nil
}

// A writing is one Write on its way to disk.
type writing struct {
	root    *os.Root
	index   Index
	interim Index    // the index while files are renamed
	write   []string // the paths to write
	remove  []string // the paths to remove
	prune   []string // the folders to remove if that empties them, innermost first
}

func newWriting(root *os.Root, c *comparison) *writing {
	w := &writing{root: root, index: c.index, interim: c.index}
	w.interim.Interrupted = map[string]string{}
	prune := map[string]bool{}
	for _, f := range c.Files {
		if f.Status == Unchanged || f.Path == IndexFile {
			continue
		}
		before := c.before[f.Path]
		w.interim.Interrupted[f.Path] = before.sum
		if _, wanted := c.index.Files[f.Path]; wanted {
			w.write = append(w.write, f.Path)
			continue
		}
		if before.exists && !before.mode.IsDir() {
			w.remove = append(w.remove, f.Path)
		}
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			prune[dir] = c.disk.listings[dir].names != nil // a symbolic link stays
		}
	}
	maps.DeleteFunc(prune, func(_ string, isFolder bool) bool { return !isFolder })
	w.prune = slices.SortedFunc(maps.Keys(prune), func(a, b string) int { return strings.Compare(b, a) })
	return w
}

// stage writes and syncs everything that commit will rename.
func (w *writing) stage(ctx context.Context, set *artifact.Set) error {
	if _, err := w.makeFolders(stagedFiles); err != nil {
		return err
	}
	if err := w.stageIndex(stagedIndex, w.index); err != nil {
		return err
	}
	if err := w.stageIndex(stagedInterim, w.interim); err != nil {
		return err
	}
	staged := []string{stagedIndex, stagedInterim}
	for _, p := range w.write {
		staged = append(staged, path.Join(stagedFiles, p))
	}
	err := parallel(len(w.write), func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		content, _ := set.Get(w.write[i])
		return w.create(path.Join(stagedFiles, w.write[i]), content)
	})
	if err != nil {
		return err
	}
	if err := syncAll(w.root, staged); err != nil {
		return err
	}
	return ctx.Err()
}

func (w *writing) stageIndex(name string, x Index) error {
	content, err := x.encode()
	if err != nil {
		return err
	}
	return w.create(name, content)
}

// makeFolders makes base and the folders below it that the files to write are
// in, and returns all of them.
func (w *writing) makeFolders(base string) ([]string, error) {
	folders := map[string]bool{base: true}
	for _, p := range w.write {
		for dir := path.Dir(path.Join(base, p)); !folders[dir]; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	names := slices.Sorted(maps.Keys(folders))
	for _, name := range names {
		if err := w.root.MkdirAll(name, 0o755); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func (w *writing) create(name string, content []byte) error {
	f, err := w.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// commit renames what was staged. Each step can be repeated by a later write.
func (w *writing) commit() error {
	if len(w.interim.Interrupted) == 0 {
		return w.root.Rename(stagedIndex, IndexFile)
	}
	if err := w.root.Rename(stagedInterim, IndexFile); err != nil {
		return err
	}
	if err := syncAll(w.root, []string{"."}); err != nil {
		return err
	}
	for _, p := range w.remove {
		if err := w.root.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	var folders []string // whose entries change
	for _, dir := range w.prune {
		// Fails where the folder is not empty, and so should stay.
		if err := w.root.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			folders = append(folders, dir)
		}
	}
	made, err := w.makeFolders(".")
	if err != nil {
		return err
	}
	for _, p := range w.write {
		if err := w.root.Rename(path.Join(stagedFiles, p), p); err != nil {
			return err
		}
	}
	if err := syncAll(w.root, append(folders, made...)); err != nil {
		return err
	}
	return w.root.Rename(stagedIndex, IndexFile)
}

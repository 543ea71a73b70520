package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"runtime"
	"sync"
	"sync/atomic"
)

// An entry is what stands at a path of the generated folder. Symbolic links are
// never followed: they are entries of their own.
type entry struct {
	exists bool
	mode   fs.FileMode // type bits alone
	// sum is the hexadecimal SHA-256 of a regular file.
	sum string
	// by is the path above that is no folder, so that nothing can be here.
	by string
}

// A listing is what a folder holds by name.
type listing struct {
	names map[string]fs.FileMode // nil if the folder does not exist
	by    string                 // as in entry
}

// disk reads a generated folder and keeps what it listed. A nil root is an
// empty folder.
type disk struct {
	root     *os.Root
	listings map[string]listing
}

func newDisk(root *os.Root) *disk {
	return &disk{root: root, listings: map[string]listing{}}
}

// lstat returns the entry at path, without its sum. Listing each folder once is
// several times faster than a stat a file.
func (d *disk) lstat(name string) (entry, error) {
	parent, err := d.list(path.Dir(name))
	if err != nil {
		return entry{}, err
	}
	mode, exists := parent.names[path.Base(name)]
	return entry{exists: exists, mode: mode, by: parent.by}, nil
}

func (d *disk) list(dir string) (l listing, err error) {
	if l, ok := d.listings[dir]; ok {
		return l, nil
	}
	defer func() {
		if err == nil {
			d.listings[dir] = l
		}
	}()
	if d.root == nil {
		return listing{}, nil
	}
	if dir != "." {
		e, err := d.lstat(dir)
		switch {
		case err != nil:
			return listing{}, err
		case !e.exists:
			return listing{by: e.by}, nil
		case !e.mode.IsDir():
			return listing{by: dir}, nil
		}
	}
	f, err := d.root.Open(dir)
	if err != nil {
		return listing{}, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return listing{}, err
	}
	l.names = make(map[string]fs.FileMode, len(entries))
	for _, e := range entries {
		l.names[e.Name()] = e.Type()
	}
	return l, nil
}

// read returns the entries at the paths with their sums.
func (d *disk) read(paths []string) (map[string]entry, error) {
	entries := make([]entry, len(paths))
	for i, p := range paths {
		e, err := d.lstat(p)
		if err != nil {
			return nil, err
		}
		entries[i] = e
	}
	err := parallel(len(paths), func(i int) error {
		if !entries[i].exists || !entries[i].mode.IsRegular() {
			return nil
		}
		content, err := d.root.ReadFile(paths[i])
		if errors.Is(err, fs.ErrNotExist) { // removed since it was listed
			entries[i].exists = false
			return nil
		}
		entries[i].sum = sumOf(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	byPath := make(map[string]entry, len(paths))
	for i, p := range paths {
		byPath[p] = entries[i]
	}
	return byPath, nil
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// parallel calls do for 0 … n-1 on all processors until one call fails.
func parallel(n int, do func(i int) error) error {
	var (
		next   atomic.Int64
		failed = make([]error, min(n, runtime.GOMAXPROCS(0)))
		wg     sync.WaitGroup
	)
	for w := range failed {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if failed[w] = do(i); failed[w] != nil {
					next.Store(int64(n))
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

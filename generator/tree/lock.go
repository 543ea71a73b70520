//go:build unix

package tree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	lockName = workDir + "/lock"
	// ignoreName keeps what a killed write left out of a commit.
	ignoreName = workDir + "/.gitignore"
)

// A LockedError says that another process is writing the folder.
type LockedError struct {
	// Dir is the folder's path in the repository.
	Dir string `json:"-"`
	// PID is the other process, and Since when it began; both are zero in the
	// instant before it says so.
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another process is writing %s: run again when it has ended", e.Dir)
	}
	return fmt.Sprintf("process %d has been writing %s since %s: run again when it has ended",
		e.PID, e.Dir, e.Since.Format(time.RFC3339))
}

// A lock is an exclusive flock(2) on a file in the work folder. The kernel
// drops it with the process, so a file that a killed process left does not lock.
type lock struct {
	root *os.Root
	file *os.File
}

// acquire makes an empty work folder and takes the lock in it. It returns a
// LockedError without Dir when another process has the lock.
func acquire(ctx context.Context, root *os.Root) (*lock, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		file, err := tryLock(root)
		if err != nil {
			return nil, err
		}
		if file == nil {
			continue // The holder removed the file as it ended: take a new one.
		}
		l := &lock{root, file}
		if err := l.prepare(); err != nil {
			return nil, errors.Join(err, l.release())
		}
		return l, nil
	}
}

// tryLock returns nil if the lock file was removed while it was opened.
func tryLock(root *os.Root) (*os.File, error) {
	if err := root.Mkdir(workDir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	for _, own := range []struct {
		name string
		mode fs.FileMode
	}{{workDir, fs.ModeDir}, {lockName, 0}} {
		info, err := root.Lstat(own.name)
		if err == nil && info.Mode().Type() != own.mode {
			return nil, fmt.Errorf("%s is not lakewright's own: remove it", own.name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	file, err := root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	switch err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		locked := new(LockedError)
		_ = json.NewDecoder(file).Decode(locked) // the error says less without it
		file.Close()
		return nil, locked
	case err != nil:
		file.Close()
		return nil, fmt.Errorf("cannot lock %s: %w", lockName, err)
	}
	opened, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	if named, err := root.Lstat(lockName); err != nil || !os.SameFile(opened, named) {
		return nil, file.Close()
	}
	return file, nil
}

// prepare says who holds the lock, and removes what a killed write staged.
func (l *lock) prepare() error {
	holder, err := json.Marshal(LockedError{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	if _, err := l.file.WriteAt(append(holder, '\n'), 0); err != nil {
		return err
	}
	if err := l.root.RemoveAll(stageDir); err != nil {
		return err
	}
	return l.root.WriteFile(ignoreName, []byte("*\n"), 0o644)
}

// release removes the work folder. The lock file goes while it is locked, so
// that nobody can hold it and its successor at once.
func (l *lock) release() error {
	err := l.root.RemoveAll(stageDir)
	for _, name := range []string{ignoreName, lockName} {
		if e := l.root.Remove(name); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	_ = l.root.Remove(workDir) // stays if another process is about to lock
	return errors.Join(err, l.file.Close())
}

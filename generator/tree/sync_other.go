//go:build unix && !linux

package tree

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncAll makes the named files and folders outlive a power cut. On macOS
// fsync(2) hands data to the drive, and only File.Sync, which is F_FULLFSYNC,
// makes the drive write all that it was handed: once is enough.
func syncAll(root *os.Root, names []string) error {
	last := len(names) - 1
	err := syncEach(root, names[:last], func(f *os.File) error { return unix.Fsync(int(f.Fd())) })
	if err != nil {
		return err
	}
	return syncEach(root, names[last:], (*os.File).Sync)
}

package tree

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncOneByOne is how many names are synced singly. Beyond it one syncfs(2) is
// faster, though it also waits for what other processes wrote to the disk.
const syncOneByOne = 16

// syncAll makes the named files and folders outlive a power cut.
func syncAll(root *os.Root, names []string) error {
	if len(names) <= syncOneByOne {
		return syncEach(root, names, (*os.File).Sync)
	}
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	return os.NewSyscallError("syncfs", unix.Syncfs(int(f.Fd())))
}

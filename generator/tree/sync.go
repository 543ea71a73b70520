package tree

import "os"

// syncEach calls sync for each of the named files and folders.
func syncEach(root *os.Root, names []string, sync func(*os.File) error) error {
	for _, name := range names {
		f, err := root.Open(name)
		if err != nil {
			return err
		}
		err = sync(f)
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

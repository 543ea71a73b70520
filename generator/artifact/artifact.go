// Package artifact holds the files that a run generates, in memory.
package artifact

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// A File is one generated file.
type File struct {
	// Path is relative to the environment's generated folder, with forward slashes.
	Path    string
	Content []byte
}

// A Set is a collection of generated files with distinct paths. The zero Set is
// empty and ready to use.
type Set struct {
	files   map[string][]byte
	folders map[string]bool // every folder that holds a file, directly or not
}

// Add puts a file into the set. It is an error when [CheckPath] refuses the path,
// when the set has a file of that path already, or when one of the two would be
// a folder of the other.
func (s *Set) Add(path string, content []byte) error {
	if err := CheckPath(path); err != nil {
		return err
	}
	if _, ok := s.files[path]; ok {
		return fmt.Errorf("two components generate %s", path)
	}
	for dir := range parents(path) {
		if _, ok := s.files[dir]; ok {
			return fmt.Errorf("generated path %s is a file and a folder", dir)
		}
	}
	if s.folders[path] {
		return fmt.Errorf("generated path %s is a file and a folder", path)
	}
	if s.files == nil {
		s.files, s.folders = map[string][]byte{}, map[string]bool{}
	}
	s.files[path] = content
	for dir := range parents(path) {
		s.folders[dir] = true
	}
	return nil
}

const (
	// maxName is the limit of ext4, XFS and, at its strictest, APFS.
	maxName = 255
	// maxPath leaves half of macOS' PATH_MAX of 1024 to the way to the generated folder.
	maxPath = 512
)

// CheckPath returns an error that names path unless it is a clean relative path
// inside the generated folder, short enough for every file system: names of at
// most 255 bytes, 512 in all.
func CheckPath(path string) error {
	if path == "." || !fs.ValidPath(path) || strings.ContainsAny(path, "\\\x00") {
		return fmt.Errorf("generated path %q is not a clean path inside the generated folder", path)
	}
	if len(path) > maxPath {
		return fmt.Errorf("generated path %.40q… has %d bytes, more than %d", path, len(path), maxPath)
	}
	for name := range strings.SplitSeq(path, "/") {
		if len(name) > maxName {
			return fmt.Errorf("generated path %.40q… has a name of %d bytes, more than %d", path, len(name), maxName)
		}
	}
	return nil
}

// parents yields the folders that hold path, the innermost first.
func parents(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := strings.LastIndexByte(path, '/'); i > 0; i = strings.LastIndexByte(path[:i], '/') {
			if !yield(path[:i]) {
				return
			}
		}
	}
}

// Get returns the content of the file at path.
func (s *Set) Get(path string) ([]byte, bool) {
	content, ok := s.files[path]
	return content, ok
}

// Len returns the number of files.
func (s *Set) Len() int { return len(s.files) }

// Files returns the files sorted by path.
func (s *Set) Files() []File {
	files := make([]File, 0, len(s.files))
	for _, path := range slices.Sorted(maps.Keys(s.files)) {
		files = append(files, File{Path: path, Content: s.files[path]})
	}
	return files
}

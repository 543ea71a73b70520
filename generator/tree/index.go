package tree

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/diag"
)

const (
	// IndexFile is the index's path in the generated folder.
	IndexFile = "index.json"
	// workDir holds the lock and the staged files while a write runs. It is in
	// the generated folder, so that files can be renamed from it.
	workDir = ".lakewright"
)

// Meta says what the files were generated from.
type Meta struct {
	// Header tells who opens the index that it is generated, by which version
	// and from which CUE files.
	Header string `json:"//"`
	// Version is the version of lakewright.
	Version string `json:"version"`
	// Inputs is the hexadecimal SHA-256 of everything that the files derive from.
	Inputs string `json:"inputs"`
}

// An Index is the content of index.json.
type Index struct {
	Meta
	// Interrupted is set from a write's first change to the folder until its
	// last, so that a killed write leaves it behind. Its keys are the paths that
	// the write adds, changes or removes: each is missing, has the SHA-256 it
	// had before, given here ("" if it had none), or is as Files says.
	Interrupted map[string]string `json:"interrupted,omitempty"`
	// Files are the owned files but for the index itself: the hexadecimal
	// SHA-256 by path.
	Files map[string]string `json:"files"`
}

// owned returns the paths that the folder's writer answers for, sorted.
func (x Index) owned() []string {
	paths := slices.AppendSeq(slices.Collect(maps.Keys(x.Files)), maps.Keys(x.Interrupted))
	slices.Sort(paths)
	return slices.Compact(paths)
}

func (x Index) owns(path string) bool {
	_, current := x.Files[path]
	_, interrupted := x.Interrupted[path]
	return current || interrupted
}

// wrote reports whether a write put content of that sum at path.
func (x Index) wrote(path, sum string) bool {
	return sum != "" && (x.Files[path] == sum || x.Interrupted[path] == sum)
}

func (x Index) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(x)
	return b.Bytes(), err
}

// readIndex returns the index and its bytes, both empty where there is none.
func (t Tree) readIndex(d *disk) (Index, []byte, error) {
	e, err := d.lstat(IndexFile)
	if err != nil || !e.exists {
		return Index{}, nil, err
	}
	if !e.mode.IsRegular() {
		return Index{}, nil, t.corrupt("it is not a regular file")
	}
	content, err := d.root.ReadFile(IndexFile)
	if err != nil {
		return Index{}, nil, fmt.Errorf("%s: %w", t.Dir, err)
	}
	var x Index
	if err := json.Unmarshal(content, &x); err != nil {
		return Index{}, nil, t.corrupt(err.Error())
	}
	for _, p := range x.owned() {
		if err := checkPath(p); err != nil {
			return Index{}, nil, t.corrupt(err.Error())
		}
		for _, sum := range []string{x.Files[p], x.Interrupted[p]} {
			if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size && sum != "" {
				return Index{}, nil, t.corrupt(fmt.Sprintf("%q of %s is not a SHA-256", sum, p))
			}
		}
	}
	return x, content, nil
}

func (t Tree) corrupt(why string) error {
	file := path.Join(t.Dir, IndexFile)
	return diag.List{{
		Severity: diag.Error,
		Code:     "generated-index",
		Summary:  "the index of the generated files cannot be read, so which files are owned is not known",
		Found:    why,
		Hint:     fmt.Sprintf("restore it with git checkout -- %s, or delete the folder %s and generate it again", file, t.Dir),
		Position: diag.Position{File: file},
	}}
}

// checkPath refuses what a Set would not hold, and the names this package needs.
// Names are compared without case, as some file systems do.
func checkPath(path string) error {
	first, _, _ := strings.Cut(path, "/")
	if strings.EqualFold(first, IndexFile) || strings.EqualFold(first, workDir) {
		return fmt.Errorf("generated path %s is reserved for the tree's own files", path)
	}
	return artifact.CheckPath(path)
}

package load

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/schema"
)

// maxFile is the largest CUE file that is read, in bytes. A platform of 5,000
// components takes a tenth of it.
const maxFile = 4 << 20

// maxFiles and maxFolder are the most CUE files, and bytes in them, that are
// read from one folder.
const (
	maxFiles  = 1_000
	maxFolder = 16 << 20
)

// A source is a CUE file of the user's.
type source struct {
	path    string // relative to the repository's root
	content []byte
}

// inputs are the files that make up one environment, shared ones first.
type inputs struct {
	files  []source
	module string // the user's CUE module, without its major version; "" for none
}

// readInputs reads environments/*.cue and environments/<env>/*.cue.
func readInputs(repository fs.FS, env string) (inputs, diag.List) {
	shared, problems := readPackage(repository, Folder)
	if shared == nil && problems.HasErrors() {
		return inputs{}, problems
	}
	own, list := readPackage(repository, path.Join(Folder, env))
	problems = append(problems, list...)
	if len(own) == 0 && !problems.HasErrors() {
		problems = append(problems, diag.Diagnostic{
			Severity: diag.Error, Code: "empty-environment",
			Summary:  "the environment " + env + " has no CUE files",
			Hint:     "describe it in " + path.Join(Folder, env, "platform.cue") + ", or remove the folder",
			Position: diag.Position{File: path.Join(Folder, env)},
		})
	}
	module, list := readModule(repository)
	return inputs{append(shared, own...), module}, append(problems, list...)
}

// readModule returns the path of the user's CUE module, "" where they have none.
func readModule(repository fs.FS) (string, diag.List) {
	const file = "cue.mod/module.cue"
	content, err := fs.ReadFile(repository, file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", unreadable(file, err)
	}
	m, err := modfile.ParseNonStrict(content, file)
	if err != nil {
		return "", diag.List{moduleError(file, err)}
	}
	name, _, _ := strings.Cut(m.Module, "@")
	return name, nil
}

// readPackage reads the CUE files of one folder, sorted by name. Files that CUE
// tools own (_tool.cue, _test.cue) and hidden ones are left out, as CUE does.
func readPackage(repository fs.FS, dir string) ([]source, diag.List) {
	entries, err := fs.ReadDir(repository, dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	var files []source
	var problems diag.List
	size := 0
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".cue") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") ||
			strings.HasSuffix(name, "_tool.cue") || strings.HasSuffix(name, "_test.cue") {
			continue
		}
		if len(files) == maxFiles || size > maxFolder {
			return nil, append(problems, diag.Diagnostic{
				Severity: diag.Error, Code: "folder-too-large", Summary: "the folder has too much CUE to be a description of a platform",
				Allowed: fmt.Sprintf("%d files and %d MiB in all", maxFiles, maxFolder>>20), Hint: "make like values with a comprehension, and keep data out of CUE",
				Position: diag.Position{File: dir},
			})
		}
		file := path.Join(dir, name)
		content, list := readFile(repository, file)
		problems = append(problems, list...)
		if list == nil {
			files = append(files, source{file, content})
			size += len(content)
		}
	}
	return files, problems
}

// readFile reads one file, refusing what is no CUE at first sight.
func readFile(repository fs.FS, file string) ([]byte, diag.List) {
	info, err := fs.Stat(repository, file)
	if err != nil {
		return nil, unreadable(file, err)
	}
	if !info.Mode().IsRegular() {
		return nil, diag.List{{
			Severity: diag.Error, Code: "not-a-file", Summary: "it has the name of a CUE file and is none: it is a folder, a device or the like",
			Hint: "keep CUE in regular files", Position: diag.Position{File: file},
		}}
	}
	if info.Size() > maxFile {
		return nil, diag.List{{
			Severity: diag.Error, Code: "file-too-large", Summary: "the file is too large to be a description of a platform",
			Found: fmt.Sprintf("%d bytes", info.Size()), Allowed: fmt.Sprintf("%d bytes", maxFile),
			Hint: "split it, or keep data out of CUE", Position: diag.Position{File: file},
		}}
	}
	content, err := fs.ReadFile(repository, file)
	if err != nil {
		return nil, unreadable(file, err)
	}
	if !utf8.Valid(content) {
		return nil, diag.List{notUTF8(file, content)}
	}
	return content, nil
}

func notUTF8(file string, content []byte) diag.Diagnostic {
	at := 0
	for at < len(content) {
		r, size := utf8.DecodeRune(content[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	before := content[:at]
	return diag.Diagnostic{
		Severity: diag.Error, Code: "not-utf8", Summary: "the file is not UTF-8",
		Found: fmt.Sprintf("the byte 0x%02x", content[at]), Hint: "save it as UTF-8",
		Position: diag.Position{File: file, Line: 1 + bytes.Count(before, []byte("\n")), Column: at - bytes.LastIndexByte(before, '\n')},
	}
}

func unreadable(file string, err error) diag.List {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err // The position names the file already.
	}
	return diag.List{{
		Severity: diag.Error, Code: "unreadable", Summary: "the file or folder cannot be read: " + err.Error(),
		Hint: "check that it exists, is inside the repository and may be read", Position: diag.Position{File: file},
	}}
}

// InputsHash returns a SHA-256, in hexadecimal, over all that an environment's
// output follows from: its CUE files, the packages they import from the
// repository, the schema, and the tool's version. It evaluates nothing.
func InputsHash(repository fs.FS, env, version string) (string, error) {
	in, problems := readInputs(repository, env)
	if err := problems.Err(); err != nil {
		return "", err
	}
	sum := sha256.New()
	write(sum, "version", []byte(version))
	write(sum, "module", []byte(in.module))
	for _, file := range schemaFiles() {
		write(sum, file.path, file.content)
	}
	seen := map[string]bool{}
	queue := in.files
	for len(queue) > 0 {
		file := queue[0]
		queue = queue[1:]
		write(sum, file.path, file.content)
		for _, dir := range localImports(file, in.module) {
			if seen[dir] {
				continue
			}
			seen[dir] = true
			files, problems := readPackage(repository, dir)
			if err := problems.Err(); err != nil {
				return "", err
			}
			queue = append(queue, files...)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// write adds a named part to a hash, each with its length, so that no two lists
// of parts write the same bytes.
func write(sum hash.Hash, name string, content []byte) {
	for _, part := range [][]byte{[]byte(name), content} {
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		sum.Write(part)
	}
}

// localImports returns the folders of the user's own packages that a file imports.
func localImports(file source, module string) []string {
	f, err := parser.ParseFile(file.path, file.content, parser.ImportsOnly)
	if err != nil {
		return nil // Evaluation will say so.
	}
	var dirs []string
	for spec := range f.ImportSpecs() {
		importPath := strings.Trim(spec.Path.Value, `"`)
		if dir, ok := localFolder(module, importPath); ok && importPath != schema.ImportPath {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	return dirs
}

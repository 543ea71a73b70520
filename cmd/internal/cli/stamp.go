package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/lakewright/lakewright/generator"
	"github.com/lakewright/lakewright/generator/diag"
)

// A stamp remembers, in the user's cache folder, that this binary compiled an
// environment, from which inputs, and what it said. While the generated files
// are as the index says, compiling again would change nothing. It is not in the
// index, since a binary of the same version may be another build.
type stamp struct {
	// Key identifies the binary and the inputs.
	Key string `json:"key"`
	// Files are those whose presence the rules looked at.
	Files []string `json:"files"`
	// Warnings are for every run.
	Warnings diag.List `json:"warnings,omitempty"`
}

// stampKey identifies this binary, as the file system knows it, and inputs.
func stampKey(inputs string) (string, error) {
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	info, err := os.Stat(executable)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d %s", info.Size(), info.ModTime().UnixNano(), inputs), nil
}

// stampFile is where the stamp of an environment is kept.
func (r *repository) stampFile(environment string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(r.root + "\x00" + environment))
	return filepath.Join(cache, "lakewright", "current", hex.EncodeToString(sum[:])), nil
}

// stamped returns the stamp of an environment that this binary compiled from the
// inputs before, nil when in doubt.
func (r *repository) stamped(environment, inputs string) *stamp {
	file, err := r.stampFile(environment)
	if err != nil {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	s := &stamp{}
	if json.Unmarshal(content, s) != nil {
		return nil
	}
	if key, err := stampKey(inputs); err != nil || s.Key != key {
		return nil
	}
	for _, f := range s.Files {
		if _, err := fs.Stat(r.fs, f); err != nil {
			return nil
		}
	}
	return s
}

// remember writes the stamp of a compiled environment. A stamp that cannot be
// written costs the next run a compilation and nothing else.
func (r *repository) remember(e generator.Environment, inputs string) {
	file, err := r.stampFile(e.Name)
	if err != nil {
		return
	}
	s := stamp{Warnings: e.Problems}
	if s.Key, err = stampKey(inputs); err != nil {
		return
	}
	seen := map[string]bool{}
	for _, c := range e.Platform.Custom {
		files := []string{}
		if !c.Upstream() {
			files = append(files, path.Join(c.Chart, "Chart.yaml"))
		}
		if c.Terraform != nil {
			files = append(files, c.Terraform.Source)
		}
		for _, f := range files {
			if !seen[f] {
				seen[f] = true
				s.Files = append(s.Files, f)
			}
		}
	}
	content, err := json.Marshal(s)
	if err != nil {
		return
	}
	if os.MkdirAll(filepath.Dir(file), 0o700) == nil {
		_ = os.WriteFile(file, content, 0o600)
	}
}

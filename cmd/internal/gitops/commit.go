// Package gitops reads the Git repositories that Argo CD follows.
package gitops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/lakewright/lakewright/generator/artifact"
)

// A Commit is the content of a folder of a Git work tree at some commit.
type Commit struct {
	tree     *object.Tree
	revision string
}

// Open resolves a revision, as git rev-parse takes it, in the Git repository
// that holds the folder root. The commit's paths are relative to root.
func Open(root, revision string) (*Commit, error) {
	resolved, err := filepath.EvalSymlinks(root) // A link may lead into a repository from outside.
	if err != nil {
		return nil, err
	}
	repository, err := git.PlainOpenWithOptions(resolved, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, fmt.Errorf("%s is not in a Git repository, so there is no %s to compare with", root, revision)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the Git repository of %s: %w", root, err)
	}
	hash, err := repository.ResolveRevision(plumbing.Revision(revision))
	if err != nil {
		return nil, fmt.Errorf("the Git revision %q cannot be resolved: %w (in a shallow clone, fetch it first)", revision, err)
	}
	commit, err := repository.CommitObject(*hash)
	if err != nil {
		return nil, fmt.Errorf("the Git revision %q is no commit: %w", revision, err)
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, fmt.Errorf("reading the commit %s: %w", hash, err)
	}
	worktree, err := repository.Worktree()
	if err != nil {
		return nil, fmt.Errorf("the Git repository of %s has no work tree: %w", root, err)
	}
	below, err := filepath.Rel(worktree.Filesystem.Root(), resolved)
	if err != nil {
		return nil, err
	}
	if below = filepath.ToSlash(below); below != "." {
		if tree, err = tree.Tree(below); errors.Is(err, object.ErrDirectoryNotFound) {
			tree = &object.Tree{}
		} else if err != nil {
			return nil, fmt.Errorf("reading %s at %s: %w", below, revision, err)
		}
	}
	return &Commit{tree, revision}, nil
}

// folder returns a folder's tree, nil where the commit has no such folder.
func (c *Commit) folder(dir string) (*object.Tree, error) {
	t, err := c.tree.Tree(dir)
	if errors.Is(err, object.ErrDirectoryNotFound) || errors.Is(err, object.ErrEntryNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s at %s: %w", dir, c.revision, err)
	}
	return t, nil
}

// Folders returns the names of the folders in dir, sorted as Git sorts them.
func (c *Commit) Folders(dir string) ([]string, error) {
	t, err := c.folder(dir)
	if t == nil || err != nil {
		return nil, err
	}
	var names []string
	for _, e := range t.Entries {
		if !e.Mode.IsFile() {
			names = append(names, e.Name)
		}
	}
	return names, nil
}

// Files returns the files below dir, but for those named in except, as a set
// with paths relative to dir. It is empty where the commit has no such folder.
func (c *Commit) Files(ctx context.Context, dir string, except ...string) (*artifact.Set, error) {
	set := &artifact.Set{}
	t, err := c.folder(dir)
	if t == nil || err != nil {
		return set, err
	}
	skip := map[string]bool{}
	for _, name := range except {
		skip[name] = true
	}
	files := t.Files()
	defer files.Close()
	for {
		f, err := files.Next()
		if errors.Is(err, io.EOF) {
			return set, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s at %s: %w", dir, c.revision, err)
		}
		if skip[f.Name] {
			continue
		}
		content, err := f.Contents()
		if err != nil {
			return nil, fmt.Errorf("reading %s at %s: %w", path.Join(dir, f.Name), c.revision, err)
		}
		if err := set.Add(f.Name, []byte(content)); err != nil {
			return nil, err
		}
	}
}

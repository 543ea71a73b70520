package gitops

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A commit's files are those of the folder that was opened, wherever it lies in
// the work tree and however Git keeps the repository.
func TestFiles(t *testing.T) {
	for name, build := range map[string]func(t *testing.T) (root string){
		"root of the work tree": func(t *testing.T) string { return repository(t, ".") },
		"folder of the work tree": func(t *testing.T) string {
			return filepath.Join(repository(t, "platforms/data"), "platforms/data")
		},
		"linked work tree": func(t *testing.T) string {
			linked := filepath.Join(t.TempDir(), "linked")
			runGit(t, repository(t, "."), "worktree", "add", "-q", "--detach", linked)
			return linked
		},
		"folder of a linked work tree": func(t *testing.T) string {
			linked := filepath.Join(t.TempDir(), "linked")
			runGit(t, repository(t, "platforms/data"), "worktree", "add", "-q", "-b", "other", linked)
			return filepath.Join(linked, "platforms/data")
		},
		"symbolic link to the work tree": func(t *testing.T) string {
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(repository(t, "."), link); err != nil {
				t.Fatal(err)
			}
			return link
		},
		"symbolic link to a folder": func(t *testing.T) string {
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(filepath.Join(repository(t, "platforms/data"), "platforms/data"), link); err != nil {
				t.Fatal(err)
			}
			return link
		},
		"packed": func(t *testing.T) string {
			root := repository(t, ".")
			runGit(t, root, "gc", "-q", "--prune=now")
			runGit(t, root, "pack-refs", "--all")
			return root
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := build(t)
			for revision, want := range map[string]struct {
				folders, dev, lab []string
			}{
				"HEAD":   {[]string{"dev"}, []string{"a/one.txt=second", "three.txt=3"}, nil},
				"HEAD~1": {[]string{"dev", "lab"}, []string{"a/one.txt=first", "two.txt=2"}, []string{"one.txt=lab"}},
				"first":  {[]string{"dev", "lab"}, []string{"a/one.txt=first", "two.txt=2"}, []string{"one.txt=lab"}},
			} {
				commit, err := Open(root, revision)
				if err != nil {
					t.Fatal(err)
				}
				folders, err := commit.Folders("environments")
				if err != nil || !slices.Equal(folders, want.folders) {
					t.Errorf("%s has the environments %q, error %v, want %q", revision, folders, err, want.folders)
				}
				if got := files(t, commit, "environments/dev/generated"); !slices.Equal(got, want.dev) {
					t.Errorf("%s has the files %q, want %q", revision, got, want.dev)
				}
				if got := files(t, commit, "environments/lab/generated"); !slices.Equal(got, want.lab) {
					t.Errorf("%s has the files %q in an environment that was deleted, want %q", revision, got, want.lab)
				}
			}
		})
	}
}

func TestRevisions(t *testing.T) {
	clone := filepath.Join(t.TempDir(), "clone")
	runGit(t, t.TempDir(), "clone", "-q", repository(t, "."), clone)
	first := strings.TrimSpace(runGit(t, clone, "rev-parse", "HEAD~1"))
	for _, revision := range []string{first, first[:9], "first", "HEAD^", "main~1", "origin/main~1", "refs/remotes/origin/main^"} {
		commit, err := Open(clone, revision)
		if err != nil {
			t.Errorf("%s: %v", revision, err)
			continue
		}
		if got, want := files(t, commit, "environments/lab/generated"), []string{"one.txt=lab"}; !slices.Equal(got, want) {
			t.Errorf("%s has the files %q, want %q", revision, got, want)
		}
	}
}

// A commit from before the folder was made is empty.
func TestFolderThatIsNew(t *testing.T) {
	root := repository(t, ".")
	below := filepath.Join(root, "new/platform")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	commit, err := Open(below, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if folders, err := commit.Folders("environments"); err != nil || len(folders) > 0 {
		t.Errorf("it has the environments %q, error %v", folders, err)
	}
	if got := files(t, commit, "environments/dev/generated"); len(got) > 0 {
		t.Errorf("it has the files %q", got)
	}
}

func TestFilesEndsWithContext(t *testing.T) {
	commit, err := Open(repository(t, "."), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := commit.Files(ctx, "environments/dev/generated"); !errors.Is(err, context.Canceled) {
		t.Errorf("Files returned %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		root     func(t *testing.T) string
		revision string
		err      string
	}{
		"no repository": {
			func(t *testing.T) string { return t.TempDir() }, "HEAD",
			"is not in a Git repository, so there is no HEAD to compare with",
		},
		"unknown revision": {
			func(t *testing.T) string { return repository(t, ".") }, "nowhere",
			`the Git revision "nowhere" cannot be resolved: reference not found (in a shallow clone, fetch it first)`,
		},
		"before the first commit": {
			func(t *testing.T) string { return repository(t, ".") }, "HEAD~2",
			`the Git revision "HEAD~2" cannot be resolved`,
		},
		"no commit yet": {
			func(t *testing.T) string {
				root := t.TempDir()
				runGit(t, root, "init", "-q")
				return root
			}, "HEAD", `the Git revision "HEAD" cannot be resolved`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Open(test.root(t), test.revision); err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %v\nwant %s", err, test.err)
			}
		})
	}
}

// repository makes a Git repository with two commits, the first tagged first,
// that has a platform in the folder at.
func repository(t *testing.T, at string) string {
	t.Helper()
	root := t.TempDir()
	write := func(file, content string) {
		file = filepath.Join(root, at, "environments", file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	runGit(t, root, "init", "-q", "-b", "main")
	write("shared.cue", "package environments")
	write("dev/platform.cue", "package environments")
	write("dev/generated/index.json", "{}")
	write("dev/generated/a/one.txt", "first")
	write("dev/generated/two.txt", "2")
	write("lab/generated/one.txt", "lab")
	runGit(t, root, "add", ".")
	runGit(t, root, "commit", "-qm", "first")
	runGit(t, root, "tag", "-a", "-m", "first", "first")
	write("dev/generated/a/one.txt", "second")
	write("dev/generated/three.txt", "3")
	runGit(t, root, "add", ".")
	runGit(t, root, "rm", "-rq", filepath.Join(at, "environments/lab"), filepath.Join(at, "environments/dev/generated/two.txt"))
	runGit(t, root, "commit", "-qm", "second")
	write("dev/generated/a/one.txt", "not committed")
	return root
}

func runGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com")
	output, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", c, err, output)
	}
	return string(output)
}

// files lists a folder's files but for its index, each as path=content.
func files(t *testing.T, c *Commit, dir string) []string {
	t.Helper()
	set, err := c.Files(t.Context(), dir, "index.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, f := range set.Files() {
		list = append(list, f.Path+"="+string(f.Content))
	}
	return list
}

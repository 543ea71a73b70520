package tree

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lakewright/lakewright/generator/artifact"
)

var seed = flag.Uint64("seed", 0, "seed of the instants at which TestKill kills; 0 chooses one")

// alternating returns one of two sets of 300 files that share some paths and
// contents, and in which one path is a file here and a folder there.
func alternating(i int) *artifact.Set {
	files := map[string]string{}
	for n := range 99 {
		files[fmt.Sprintf("values/same-%d.yaml", n)] = strings.Repeat("same\n", n)
		files[fmt.Sprintf("terraform/stack-%d/main.tf.json", n)] = strings.Repeat(fmt.Sprintf("set %d\n", i), 10*n)
		files[fmt.Sprintf("argocd/%d/%d/app.yaml", i, n)] = fmt.Sprintf("set %d\n", i)
	}
	files["swap"+[]string{"", "/a/b"}[i]] = "file or folder\n"
	files["both.yaml"] = fmt.Sprintf("set %d\n", i)
	files["last.yaml"] = "same\n"
	return set(files)
}

func TestKill(t *testing.T) {
	const kills = 50
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("seed %d: repeat with go test -run TestKill -seed %d", *seed, *seed)
	random := rand.New(rand.NewPCG(*seed, 0))

	repository := memoryDir(t)
	tree, folder := in(repository), filepath.Join(repository, dir)
	others := map[string]string{"notes.txt": "p", "values/mine.yaml": "p", "argocd/0/mine.yaml": "p", "terraform/stack-1/.terraform/lock": "p"}
	put(t, folder, others)
	var sets [2]*artifact.Set
	var trees [2]map[string]string
	for i := range sets {
		sets[i] = alternating(i)
		trees[i] = written(t, sets[i], metas[i])
		maps.Copy(trees[i], others)
	}

	outcomes := map[string]int{}
	killed := 0
	for ; killed < kills || outcomes["says interrupted"] == 0 && killed < 10*kills; killed++ {
		killWhileWriting(t, repository, random)

		got := snapshot(t, folder)
		if _, ok := got[lockName]; ok {
			outcomes["leaves a lock"]++
		}
		maps.DeleteFunc(got, func(path, _ string) bool { return strings.HasPrefix(path, workDir) })
		next := random.IntN(2)
		changes, err := tree.Diff(sets[next], metas[next])
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case maps.Equal(got, trees[0]):
			outcomes["one set"]++
		case maps.Equal(got, trees[1]):
			outcomes["the other set"]++
		case changes.Interrupted:
			outcomes["says interrupted"]++
			for path, content := range got {
				a, isA := trees[0][path]
				b, isB := trees[1][path]
				if path != IndexFile && content != "/" && !(isA && content == a) && !(isB && content == b) {
					t.Errorf("interrupted: %s is in neither set as it is on disk: %.100q", path, content)
				}
			}
			for i := range metas {
				if ok, err := tree.Unchanged(metas[i]); ok || err != nil {
					t.Errorf("interrupted: Unchanged = %t, %v", ok, err)
				}
			}
		default:
			t.Error("neither the old tree nor the new one, and nothing says so")
			equal(t, got, trees[0])
		}
		if edited := changes.Paths(HandEdited, Foreign, Blocked); edited != nil {
			t.Errorf("a killed write makes its own files look like a person's: %q", edited)
		}

		if changes = mustWrite(t, tree, sets[next], metas[next], Options{}); len(changes.Files) < sets[next].Len() {
			t.Errorf("the next run speaks of %d files", len(changes.Files))
		}
		equal(t, snapshot(t, folder), trees[next])
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d kills: %v", killed, outcomes)
	if outcomes["says interrupted"] == 0 {
		t.Error("no kill fell between the first rename and the last")
	}
}

// memoryDir returns a temporary folder, in memory where the machine has such a
// file system. What a killed process wrote is in the page cache of any file
// system alike, and ext4 takes seconds to create thousands of files where it
// has just deleted as many.
func memoryDir(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "tree-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// killWhileWriting lets another process write, and kills it at a random
// instant of its second or third write.
func killWhileWriting(t *testing.T, repository string, random *rand.Rand) {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cmd := child(ctx, "alternate", repository)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, out)
	start := time.Now()
	await(t, out)
	instant := time.NewTimer(time.Duration(random.Float64() * 2 * float64(time.Since(start))))
	defer instant.Stop()
	select {
	case <-instant.C:
	case <-ctx.Done():
	}
	kill() // is SIGKILL
	rest, _ := io.ReadAll(out)
	if err := cmd.Wait(); cmd.ProcessState.Exited() {
		t.Fatalf("the process ended by itself: %v: %s", err, rest)
	}
}

// await reads the byte by which a child says how far it is.
func await(t *testing.T, out io.Reader) {
	t.Helper()
	b := make([]byte, 1)
	if _, err := io.ReadFull(out, b); err != nil || b[0] != '.' {
		rest, _ := io.ReadAll(out)
		t.Fatalf("the process says %s%s (%v)", b, rest, err)
	}
}

// TestInterrupted has the index that a killed write leaves, with one file of
// each kind: moved already and not yet.
func TestInterrupted(t *testing.T) {
	hash := func(s string) string { return sumOf([]byte(s)) }
	killed := map[string]string{ // on disk
		"same": "1", "changed": "2", "to change": "1", "added": "2", "to remove": "1", "folder/to remove": "1",
	}
	index := Index{
		Meta: metas[1],
		Interrupted: map[string]string{
			"changed": hash("1"), "to change": hash("1"), "added": "", "to add/x": "",
			"removed": hash("1"), "to remove": hash("1"), "folder/to remove": hash("1"),
		},
		Files: map[string]string{"same": hash("1"), "changed": hash("2"), "to change": hash("2"), "added": hash("2"), "to add/x": hash("2")},
	}
	old := map[string]string{"same": "1", "changed": "1", "to change": "1", "removed": "1", "to remove": "1", "folder/to remove": "1"}
	target := map[string]string{"same": "1", "changed": "2", "to change": "2", "added": "2", "to add/x": "2"}
	tests := map[string]struct {
		person  map[string]string
		next    map[string]string
		refused string
	}{
		"the same again":                         {next: target},
		"back to the old":                        {next: old},
		"on to a third":                          {next: map[string]string{"changed": "3", "to add": "3", "removed/x": "3"}},
		"on to nothing":                          {next: map[string]string{}},
		"after git checkout of the old files":    {person: old, next: target},
		"after an edit of a file still to go":    {person: map[string]string{"to remove": "mine"}, next: target, refused: "to remove"},
		"after an edit of a file still to come":  {person: map[string]string{"to add/x": "mine"}, next: target, refused: "to add/x"},
		"after an edit of a file that was moved": {person: map[string]string{"changed": "mine"}, next: target, refused: "changed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repository := t.TempDir()
			tree, folder := in(repository), filepath.Join(repository, dir)
			content, err := index.encode()
			if err != nil {
				t.Fatal(err)
			}
			put(t, folder, killed)
			put(t, folder, map[string]string{IndexFile: string(content), stagedFiles + "/to change": "2"})
			put(t, folder, test.person)
			changes, err := tree.Diff(set(test.next), metas[0])
			if err != nil || !changes.Interrupted || changes.Current() {
				t.Errorf("Diff = %v, %v", changes, err)
			}
			if ok, err := tree.Unchanged(metas[1]); ok || err != nil {
				t.Errorf("Unchanged = %t, %v", ok, err)
			}
			_, err = tree.Write(t.Context(), set(test.next), metas[0], Options{})
			if test.refused != "" {
				if got := fmt.Sprint(err); !strings.HasPrefix(got, dir+"/"+test.refused+": generated file was edited by hand") {
					t.Errorf("got error %s, want %s refused", got, test.refused)
				}
				if changes, err := tree.Diff(set(test.next), metas[0]); err != nil || !changes.Interrupted {
					t.Errorf("after the refusal: Diff = %v, %v", changes, err)
				}
				mustWrite(t, tree, set(test.next), metas[0], Options{Force: true})
			} else if err != nil {
				t.Fatal(err)
			}
			equal(t, snapshot(t, folder), written(t, set(test.next), metas[0]))
		})
	}
}

// TestWriteFails has another process fail to write, and writes again when the
// cause is gone.
func TestWriteFails(t *testing.T) {
	tests := map[string]struct {
		role        string
		readOnly    string // a folder
		err         string
		interrupted bool
	}{
		"disk full":           {role: "full", err: dir + " is unchanged: write .lakewright/stage/files/b.yaml: file too large\n"},
		"folder is read-only": {role: "unprivileged", readOnly: ".", err: dir + ": mkdirat .lakewright: permission denied\n"},
		"folder below is read-only": {
			role: "unprivileged", readOnly: "c", interrupted: true,
			err: dir + " is half written, and the next run completes it: removeat c/other.yaml: permission denied\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			repository := t.TempDir()
			tree, folder := in(repository), filepath.Join(repository, dir)
			mustWrite(t, tree, set(map[string]string{"a.yaml": "1", "c/other.yaml": "1", "c/d.yaml": "1"}), metas[0], Options{})
			before := snapshot(t, folder)
			if test.readOnly != "" {
				giveToNobody(t, repository)
				if err := os.Chmod(filepath.Join(folder, test.readOnly), 0o555); err != nil {
					t.Fatal(err)
				}
			}
			out, err := child(t.Context(), test.role, repository).Output()
			if said := strings.ReplaceAll(string(out), folder+"/", ""); err == nil || said != test.err {
				t.Errorf("got %q, %v, want %q", said, err, test.err)
			}
			second := set(map[string]string{"a.yaml": "new", "c/d.yaml": "new"})
			got := snapshot(t, folder)
			if changes, err := tree.Diff(second, metas[1]); err != nil || changes.Interrupted != test.interrupted {
				t.Errorf("Interrupted = %t, %v, want %t", changes.Interrupted, err, test.interrupted)
			}
			if test.interrupted {
				for path := range got {
					if strings.HasPrefix(path, workDir) {
						t.Errorf("%s was left", path)
					}
				}
			} else {
				equal(t, got, before)
			}
			if test.readOnly != "" {
				if err := os.Chmod(filepath.Join(folder, test.readOnly), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			mustWrite(t, tree, second, metas[1], Options{})
			equal(t, snapshot(t, folder), written(t, second, metas[1]))
		})
	}
}

// giveToNobody lets the unprivileged child own all that is in folder, which
// matters where the test runs as root.
func giveToNobody(t *testing.T, folder string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	for f := filepath.Dir(folder); f != os.TempDir() && f != "/"; f = filepath.Dir(f) {
		if err := os.Chmod(f, 0o755); err != nil { // or nobody cannot reach it
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(folder, func(name string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(name, nobody, nobody))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLockedByAnotherProcess(t *testing.T) {
	repository := t.TempDir()
	tree, folder := in(repository), filepath.Join(repository, dir)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cmd := child(ctx, "hold", repository)
	in, err := cmd.StdinPipe() // held open
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now().Truncate(time.Second)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, out)

	files := set(map[string]string{"a": "1"})
	_, err = tree.Write(t.Context(), files, metas[0], Options{Force: true})
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("got error %v, want a LockedError", err)
	}
	if locked.PID != cmd.Process.Pid || locked.Since.Before(start) || locked.Since.After(time.Now()) || locked.Dir != dir {
		t.Errorf("got %+v, want pid %d since %s", locked, cmd.Process.Pid, start)
	}
	want := fmt.Sprintf("process %d has been writing %s since %s: run again when it has ended", cmd.Process.Pid, dir, locked.Since.Format(time.RFC3339))
	if err.Error() != want {
		t.Errorf("got error %q, want %q", err, want)
	}
	if changes, err := tree.Diff(files, metas[0]); err != nil || changes.Interrupted {
		t.Errorf("Diff beside a lock = %v, %v", changes, err)
	}

	kill()
	_ = cmd.Wait()
	if _, ok := snapshot(t, folder)[lockName]; !ok {
		t.Error("the killed process took its lock file along, so this tests nothing")
	}
	mustWrite(t, tree, files, metas[0], Options{})
	equal(t, snapshot(t, folder), written(t, files, metas[0]))
}

func TestLockedErrorBeforeThePIDIsKnown(t *testing.T) {
	const want = "another process is writing environments/dev/generated: run again when it has ended"
	if got := (&LockedError{Dir: dir}).Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLockExcludes takes and releases the lock from many goroutines, which
// flock(2) tells apart as it does processes.
func TestLockExcludes(t *testing.T) {
	tree := in(t.TempDir())
	root, err := tree.create()
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var (
		holders, taken atomic.Int64
		wg             sync.WaitGroup
	)
	for range 8 {
		wg.Go(func() {
			for range 500 {
				l, err := acquire(t.Context(), root)
				if locked := new(LockedError); errors.As(err, &locked) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				taken.Add(1)
				if holders.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				holders.Add(-1)
				if err := l.release(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if taken.Load() == 0 {
		t.Error("nobody got the lock")
	}
	equal(t, snapshot(t, filepath.Join(tree.Repository, dir)), map[string]string{})
}

func TestConcurrentWriters(t *testing.T) {
	tree := in(t.TempDir())
	var wg sync.WaitGroup
	var wrote, locked atomic.Int64
	for i := range 6 {
		wg.Go(func() {
			for range 10 {
				_, err := tree.Write(t.Context(), alternating(i%2), metas[i%2], Options{})
				switch l := new(LockedError); {
				case err == nil:
					wrote.Add(1)
				case errors.As(err, &l):
					locked.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d wrote, %d were refused", wrote.Load(), locked.Load())
	if wrote.Load() == 0 || locked.Load() == 0 {
		t.Error("the writers did not meet")
	}
	got := snapshot(t, filepath.Join(tree.Repository, dir))
	if !maps.Equal(got, written(t, alternating(0), metas[0])) {
		equal(t, got, written(t, alternating(1), metas[1]))
	}
}

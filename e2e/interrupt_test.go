package e2e

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lakewright/lakewright/internal/terraformtest"
)

// A generate that is killed leaves a state that the next one completes by
// itself, whenever it was killed.
func TestKilledGenerate(t *testing.T) {
	dir := clone(t)
	const file = "environments/dev/platform.cue"
	const spare = `custom: "c-%": {chart: "podinfo", repository: "oci://ghcr.io/stefanprodan/charts", version: "6.9.2", namespace: "ads"}` + "\n"
	var many strings.Builder
	for _, c := range "abcdefghijklmnopqrstuvwxyz" {
		for _, d := range "abcdefghij" {
			many.WriteString("\t" + strings.Replace(spare, "%", string(c)+string(d), 1))
		}
	}
	edit(t, dir, file, "addons: \"external-secrets\": {}\n", "addons: \"external-secrets\": {}\n"+many.String())
	start := time.Now()
	lakewright(t, dir, "generate").want(t, 0)
	whole := time.Since(start)

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d; a whole run takes %s", seed, whole)
	random := rand.New(rand.NewPCG(seed, 0))
	versions := []string{`"6.9.2"`, `"6.9.1"`}
	const kills, most = 50, 200
	killed := 0
	for i := 0; killed < kills && i < most; i++ {
		path := filepath.Join(dir, filepath.FromSlash(file))
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		next := strings.ReplaceAll(string(content), versions[i%2], versions[(i+1)%2])
		if err := os.WriteFile(path, []byte(next), 0o644); err != nil {
			t.Fatal(err)
		}
		c := command(t.Context(), dir, "generate")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(whole))))
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		_ = c.Wait()
		if c.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
			killed++
		} else {
			whole = whole * 9 / 10 // It ended by itself: the machine is faster than it was.
		}
		lakewright(t, dir, "generate").want(t, 0)
		lakewright(t, dir, "generate", "--check").want(t, 0)
		if left := git(t, dir, "status", "--porcelain", "--", "environments/dev/generated/.lakewright*"); left != "" {
			t.Fatalf("a killed generate left\n%s", left)
		}
	}
	if killed < kills {
		t.Errorf("%d of %d processes were killed before their end: the instants are badly chosen", killed, most)
	}
}

// Two at once: each ends well or says who is at work, and the tree is whole.
func TestTwoAtOnce(t *testing.T) {
	dir := clone(t)
	edit(t, dir, "environments/dev/platform.cue", "cpu: 128", "cpu: 256")
	var wg sync.WaitGroup
	results := make([]result, 4)
	for i := range results {
		wg.Go(func() { results[i] = finish(t, command(t.Context(), dir, "generate")) })
	}
	wg.Wait()
	done := 0
	for _, r := range results {
		switch {
		case r.status == 0:
			done++
		case r.status == 1 && strings.Contains(r.stderr, "process"):
		default:
			t.Errorf("exit status %d\n%s%s", r.status, r.stdout, r.stderr)
		}
	}
	if done == 0 {
		t.Error("none of four processes generated")
	}
	lakewright(t, dir, "generate", "--check").want(t, 0)
}

// The first Ctrl-C ends a plan in order: no temporary folder and no Terraform
// process stays.
func TestInterruptedPlan(t *testing.T) {
	cli := terraformtest.Environment(t)
	dir, tmp := clone(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := command(ctx, dir, "plan", "prod-seoul", "--offline")
	c.Env = append(append(os.Environ(), cli...), "TMPDIR="+tmp)
	// A group of its own, as a shell gives a job, so that Terraform and its
	// providers get the signal as they do from a terminal.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	// The first step has ended, so Terraform works on the second one.
	lines, said := bufio.NewScanner(stderr), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "terraform init foundation") {
			if err := syscall.Kill(-c.Process.Pid, syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = c.Wait()
	if status := c.ProcessState.ExitCode(); status != 1 || !strings.Contains(said, "interrupted") {
		t.Errorf("exit status %d, want 1\n%s", status, said)
	}
	left, err := filepath.Glob(filepath.Join(tmp, "lakewright-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := syscall.Kill(-c.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("processes of the group live on: %v", err)
	}
}

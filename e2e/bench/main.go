// Command bench measures whole runs of the built binary and keeps the figures
// in docs/benchmarks.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/lakewright", "the binary to measure")
	doc := flag.String("doc", "docs/benchmarks.md", "the document that keeps the figures")
	runs := flag.Int("runs", 5, "how often each is run; the median counts")
	sizes := flag.String("sizes", "10,100,1000,5000", "how many custom components, separated by commas")
	flag.Parse()
	if err := bench(*binary, *doc, *runs, *sizes); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(binary, doc string, runs int, sizes string) error {
	if runs < 1 {
		return fmt.Errorf("-runs is %d, want at least 1", runs)
	}
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	version, err := exec.Command(binary, "version").Output()
	if err != nil {
		return err
	}
	rows, err := measureAll(binary, runs, sizes)
	if err != nil {
		return err
	}

	first, _, _ := strings.Cut(string(version), "\n")
	text := fmt.Sprintf("%s, %s, median of %d runs.\n\n%s", first, machine(), runs, table(rows, figures(old)))
	fmt.Print(text)
	updated, err := replace(old, "\n"+text+"\n")
	if err != nil {
		return fmt.Errorf("%s: %w", doc, err)
	}
	return os.WriteFile(doc, updated, 0o644)
}

// A run is a command line of the binary that is measured.
type run struct {
	name string
	args []string
	// before prepares the repository, ahead of each run.
	before func(repository) error
	status int // the exit status of a run that succeeds
}

var runsByRepository = []run{
	{name: "generate, nothing generated yet", args: []string{"generate", "-q"}, before: repository.removeGenerated},
	{name: "generate, nothing changed", args: []string{"generate", "-q"}},
	{name: "vet", args: []string{"vet", "-q"}},
	{name: "diff of one edited line", args: []string{"diff", "-q"}, before: repository.edit, status: 2},
}

func measureAll(binary string, runs int, sizes string) ([]row, error) {
	empty, err := os.MkdirTemp("", "lakewright-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(empty)
	version, err := median(binary, run{name: "version", args: []string{"version"}}, repository{root: empty}, runs)
	if err != nil {
		return nil, err
	}
	bySize := map[int][]row{}
	var order []int
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-sizes has %q, want numbers of components", size)
		}
		if bySize[n], err = measureSize(binary, n, runs); err != nil {
			return nil, fmt.Errorf("%d components: %w", n, err)
		}
		order = append(order, n)
	}
	rows := []row{{Run: "version", Figure: version}}
	for i := range runsByRepository {
		for _, n := range order {
			rows = append(rows, bySize[n][i])
		}
	}
	return rows, nil
}

// measureSize measures every run in a fresh repository of n components.
func measureSize(binary string, n, runs int) ([]row, error) {
	root, err := os.MkdirTemp("", "lakewright-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	repo, err := newRepository(root, n)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(filepath.Join(os.TempDir(), "lakewright-bench-cache"))
	var rows []row
	for _, r := range runsByRepository {
		fmt.Fprintf(os.Stderr, "%s, %d components\n", r.name, n)
		f, err := median(binary, r, repo, runs)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{Run: r.name, Components: n, Figure: f})
	}
	return rows, nil
}

// A figure is what one process took.
type figure struct {
	Wall, User time.Duration
	Memory     int64 // the largest resident set, in bytes
}

// median returns each figure's median by itself.
func median(binary string, r run, repo repository, runs int) (figure, error) {
	var walls, users []time.Duration
	var memories []int64
	for range runs {
		if r.before != nil {
			if err := r.before(repo); err != nil {
				return figure{}, err
			}
		}
		f, err := measure(exec.Command(binary, r.args...), repo.root, r.status)
		if err != nil {
			return figure{}, err
		}
		walls, users, memories = append(walls, f.Wall), append(users, f.User), append(memories, f.Memory)
	}
	slices.Sort(walls)
	slices.Sort(users)
	slices.Sort(memories)
	return figure{walls[runs/2], users[runs/2], memories[runs/2]}, nil
}

func measure(cmd *exec.Cmd, dir string, status int) (figure, error) {
	var output strings.Builder
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &output, &output
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(os.TempDir(), "lakewright-bench-cache"))
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return figure{}, err
	}
	if got := cmd.ProcessState.ExitCode(); got != status {
		return figure{}, fmt.Errorf("%s: exit status %d, want %d\n%s", cmd, got, status, output.String())
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return figure{}, fmt.Errorf("%s does not tell what a process used", runtime.GOOS)
	}
	memory := usage.Maxrss * 1024
	if runtime.GOOS == "darwin" { // There it is in bytes: getrusage(2).
		memory = usage.Maxrss
	}
	return figure{wall, cmd.ProcessState.UserTime(), memory}, nil
}

// machine describes what the figures were taken on.
func machine() string {
	parts := []string{fmt.Sprintf("%d cores", runtime.NumCPU())}
	if model := field("/proc/cpuinfo", "model name"); model != "" {
		parts[0] += " of " + model
	}
	if kib, err := strconv.Atoi(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB")); err == nil {
		parts = append(parts, fmt.Sprintf("%d GiB memory", (kib+1<<19)>>20))
	}
	return strings.Join(parts, ", ")
}

// field returns the first value of a key in a file of "key: value" lines.
func field(file, key string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the README shows is what a user gets.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(project, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```$").FindAllSubmatch(readme, -1) {
		blocks = append(blocks, string(m[1]))
	}
	holds := func(t *testing.T, text string) {
		t.Helper()
		for _, b := range blocks {
			if b == text {
				return
			}
		}
		t.Errorf("the README has no block that is exactly\n%s", text)
	}
	const file = "environments/dev/platform.cue"
	dir := clone(t)
	source, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	holds(t, string(source))

	edit(t, dir, file, `limits: {cpu: 128, memory: "512Gi"}`, `limits: {cpu: 256, memory: "1Ti"}`)
	edit(t, dir, file, `nat: "single"`, `nat: "per-zone"`)
	r := lakewright(t, dir, "diff")
	r.want(t, 2)
	holds(t, "$ lakewright diff\n"+r.stdout)

	git(t, dir, "checkout", "--quiet", ".")
	const component = "\tcustom: api: {chart: \"charts/api\", namespace: \"adds\", scheduling: nodePool: \"sprak\"}\n"
	holds(t, component)
	edit(t, dir, file, "\taddons: \"external-secrets\": {}\n", "\taddons: \"external-secrets\": {}\n"+component)
	r = lakewright(t, dir, "vet")
	r.want(t, 1)
	holds(t, "$ lakewright vet\n"+r.stderr)

	for _, command := range regexp.MustCompile("(?m)^make ([a-z0-9]+)").FindAllStringSubmatch(strings.Join(blocks, "\n"), -1) {
		makefile, err := os.ReadFile(filepath.Join(project, "Makefile"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(makefile), "\n"+command[1]+":") {
			t.Errorf("the README names make %s, which the Makefile does not have", command[1])
		}
	}
}

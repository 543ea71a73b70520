package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// The day of a user: what is committed is current; one line is edited, read as
// a diff, generated, committed, and taken back.
func TestWorkflow(t *testing.T) {
	dir := clone(t)
	lakewright(t, dir, "vet").want(t, 0, "prod-seoul")
	lakewright(t, dir, "generate", "--check").want(t, 0, "current")
	lakewright(t, dir, "generate").want(t, 0, "current")
	if status := git(t, dir, "status", "--porcelain"); status != "" {
		t.Fatalf("generate changed a clone that was current:\n%s", status)
	}

	const file, before, after = "environments/prod-seoul/platform.cue", "cpu: 2000", "cpu: 1600"
	edit(t, dir, file, before, after)
	lakewright(t, dir, "diff").want(t, 2, "prod-seoul", "NodePool spark", "spec.limits.cpu", `"2k" → "1600"`)
	lakewright(t, dir, "generate", "--check").want(t, 2, "not current")
	lakewright(t, dir, "generate").want(t, 0)
	lakewright(t, dir, "diff").want(t, 0)
	changed := strings.Fields(git(t, dir, "diff", "--name-only"))
	for _, name := range changed {
		if !strings.HasPrefix(name, "environments/prod-seoul/") {
			t.Errorf("an edit of prod-seoul changed %s", name)
		}
	}
	if len(changed) != 3 { // The CUE file, the NodePool, the index.
		t.Errorf("an edit of one line changed %v", changed)
	}

	r := lakewright(t, dir, "diff", "--base", "HEAD", "--output", "json")
	r.want(t, 2)
	var report struct {
		Environments []struct {
			Name string
			Diff struct{ Added, Changed, Removed int }
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Environments {
		want := 0
		if e.Name == "prod-seoul" {
			want = 1
		}
		if e.Diff.Changed != want || e.Diff.Added+e.Diff.Removed != 0 {
			t.Errorf("%s: %+v, want %d changed", e.Name, e.Diff, want)
		}
	}
	commit(t, dir, "Shrink the Spark pool")
	lakewright(t, dir, "generate", "--check").want(t, 0)

	edit(t, dir, file, after, before)
	lakewright(t, dir, "generate").want(t, 0)
	if diff := git(t, dir, "diff", "HEAD~1", "--stat"); diff != "" {
		t.Errorf("taking the edit back does not give the same bytes:\n%s", diff)
	}
}

// A change of the shared defaults reaches every environment, and a diff against
// a commit shows an environment that is gone.
func TestSharedAndRemoved(t *testing.T) {
	dir := clone(t)
	edit(t, dir, "environments/defaults.cue", `logs: owners: ["log-engineers"]`, `logs: owners: ["log-engineers", "auditors"]`)
	lakewright(t, dir, "diff").want(t, 2, "local", "dev", "prod-seoul", "auditors")
	git(t, dir, "checkout", "--quiet", ".")
	git(t, dir, "rm", "-r", "--quiet", "environments/dev")
	lakewright(t, dir, "diff", "--base", "HEAD").want(t, 2, "dev", "0 added, 0 changed")
}

// What a user edited or left in generated is theirs until they say otherwise.
func TestHandEdits(t *testing.T) {
	dir := clone(t)
	const owned = "environments/dev/generated/argocd/root.yaml"
	edit(t, dir, owned, "prune: true", "prune: false")
	edit(t, dir, "environments/dev/platform.cue", "cpu: 128", "cpu: 256")
	lakewright(t, dir, "generate").want(t, 1, owned, "--force")
	if diff := git(t, dir, "diff", "--stat", "--", "environments/dev/generated"); !strings.Contains(diff, "1 file changed") {
		t.Errorf("a refused generate wrote:\n%s", diff)
	}
	lakewright(t, dir, "generate", "--force").want(t, 0)
	lakewright(t, dir, "generate", "--check").want(t, 0)
	if diff := git(t, dir, "diff", "--", owned); diff != "" {
		t.Errorf("--force left the edit:\n%s", diff)
	}
}

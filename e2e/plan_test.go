package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/internal/terraformtest"
)

var update = flag.Bool("update", false, "rewrite golden files")

// The plan of prod-seoul, with the real AWS provider, no credentials and no
// network, creates what the golden file counts.
func TestPlanOffline(t *testing.T) {
	cli := terraformtest.Environment(t)
	dir := clone(t)
	for _, env := range []string{"prod-seoul", "dev", "local"} {
		t.Run(env, func(t *testing.T) {
			c := command(t.Context(), dir, "plan", env, "--offline", "--output", "json")
			c.Env = append(append(os.Environ(), cli...), "AWS_PROFILE=absent")
			r := finish(t, c)
			r.want(t, 0)
			var report struct {
				Stacks []struct {
					Stack string                    `json:"stack"`
					Types map[string]map[string]int `json:"types"`
				} `json:"stacks"`
			}
			if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
				t.Fatalf("%v\n%s", err, r.stdout)
			}
			got, err := json.MarshalIndent(report.Stacks, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			golden := filepath.Join("testdata", "plan-"+env+".json")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("the plan differs from %s (-want +got), rewrite it with -update:\n%s", golden, diff)
			}
			if status := git(t, dir, "status", "--porcelain"); status != "" {
				t.Errorf("plan wrote to the repository:\n%s", status)
			}
		})
	}
}

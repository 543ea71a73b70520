package load

import (
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// platformOf returns a repository with one environment of n custom components.
func platformOf(n int) fs.FS {
	var b strings.Builder
	b.WriteString(`package environments

import "github.com/lakewright/lakewright/schema/v1alpha1"

v1alpha1.#Platform & {
	name: "dev"
	cloud: aws: {account: "111122223333", region: "ap-northeast-2", zones: ["a", "b", "c"]}
	network: cidr: "10.20.0.0/16"
	nodePools: core: limits: {cpu: 96, memory: "384Gi"}
	custom: {
`)
	for i := range n {
		fmt.Fprintf(&b, `		"api-%d": {
			chart: "charts/api", namespace: "ads"
			values: {replicaCount: %d, image: {repository: "registry.example/api-%d", tag: "1.2.3"}}
			scheduling: nodePool: "core"
		}
`, i, i%5, i)
	}
	b.WriteString("\t}\n}\n")
	return fstest.MapFS{
		"environments/defaults.cue": {Data: []byte(`package environments

repository: url: "https://git.example/platform.git"
teams: ads: {}
`)},
		"environments/dev/platform.cue": {Data: []byte(b.String())},
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{10, 1_000, 5_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			repository := platformOf(n)
			b.ReportAllocs()
			for b.Loop() {
				p, problems := New(repository).Load(b.Context(), "dev")
				if problems != nil || len(p.Custom) != n {
					b.Fatal(problems)
				}
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-process")
		})
	}
}

func BenchmarkInputsHash(b *testing.B) {
	for _, n := range []int{10, 1_000, 5_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			repository := platformOf(n)
			for b.Loop() {
				if _, err := InputsHash(repository, "dev", "v1"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

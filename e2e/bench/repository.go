package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// A repository is a user's monorepo with one environment on AWS: components of
// many teams, each with its chart in the repository and some with a bucket.
type repository struct{ root string }

const (
	environment = "environments/bench"
	// componentsOfTeam is how many components a team has, and so how many stand
	// in one CUE file.
	componentsOfTeam = 50
	// bucketUsers is how many components there are to one that uses a bucket,
	// and so has an IAM role.
	bucketUsers = 10
)

// newRepository writes a repository with n custom components below root.
func newRepository(root string, n int) (repository, error) {
	r := repository{root}
	err := r.write(environment+"/platform.cue", `package environments

import "github.com/lakewright/lakewright/schema/v1alpha1"

v1alpha1.#Platform & {
	name: "bench"
	cloud: aws: {account: "111122223333", region: "ap-northeast-2", zones: ["a", "b", "c"]}
	repository: url: "https://git.example.com/platform.git"
	network: cidr: "10.0.0.0/16"
	nodePools: core: limits: {cpu: 1000, memory: "4Ti"}
	addons: {
		keda: {}
		"external-secrets": {}
		"metrics-server": {}
	}
	buckets: events: {}
}
`)
	if err != nil {
		return r, err
	}
	for first := 0; first < n; first += componentsOfTeam {
		team := fmt.Sprintf("team-%d", first/componentsOfTeam+1)
		var cue bytes.Buffer
		fmt.Fprintf(&cue, "package environments\n\nteams: %q: owners: [\"%s-engineers\"]\n\n", team, team)
		for i := first; i < min(first+componentsOfTeam, n); i++ {
			name := fmt.Sprintf("service-%d", i+1)
			cue.WriteString(component(name, team, i%bucketUsers == 0))
			if err := r.write("charts/"+name+"/Chart.yaml", "apiVersion: v2\nname: "+name+"\nversion: 1.0.0\n"); err != nil {
				return r, err
			}
		}
		if err := r.write(environment+"/"+team+".cue", cue.String()); err != nil {
			return r, err
		}
	}
	return r, nil
}

// component is a component in CUE, with the values that a service's chart takes.
func component(name, team string, bucket bool) string {
	buckets := ""
	if bucket {
		buckets = "\tbuckets: events: \"read\"\n"
	}
	return fmt.Sprintf(`custom: %[1]q: {
	chart:     "charts/%[1]s"
	namespace: %[2]q
	values: {
		replicaCount: 2
		image: {repository: "registry.example.com/%[2]s/%[1]s", tag: "1.4.0", pullPolicy: "IfNotPresent"}
		service: {type: "ClusterIP", port: 8080}
		resources: {requests: {cpu: "250m", memory: "512Mi"}, limits: memory: "512Mi"}
		autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 8, targetCPUUtilizationPercentage: 70}
		ingress: {enabled: true, hosts: [{host: "%[1]s.example.com", paths: ["/"]}]}
		env: {LOG_LEVEL: "info", REGION: "ap-northeast-2"}
		podAnnotations: "prometheus.io/scrape": "true"
		livenessProbe: {path: "/healthz", periodSeconds: 10}
		readinessProbe: {path: "/readyz", periodSeconds: 5}
	}
	scheduling: nodePool: "core"
%[3]s}

`, name, team, buckets)
}

func (r repository) removeGenerated() error {
	return os.RemoveAll(filepath.Join(r.root, environment, "generated"))
}

// edit changes one line of the first component, unless it has been.
func (r repository) edit() error {
	file := filepath.Join(r.root, environment, "team-1.cue")
	cue, err := os.ReadFile(file)
	if err != nil || bytes.Contains(cue, []byte("replicaCount: 3")) {
		return err
	}
	return os.WriteFile(file, bytes.Replace(cue, []byte("replicaCount: 2"), []byte("replicaCount: 3"), 1), 0o644)
}

func (r repository) write(file, content string) error {
	file = filepath.Join(r.root, file)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(content), 0o644)
}

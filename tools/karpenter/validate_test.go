package karpenter

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGenerated judges every NodePool and EC2NodeClass of the repository's
// environments.
func TestGenerated(t *testing.T) {
	files, err := filepath.Glob("../../environments/*/generated/manifests/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	judged := map[string]int{}
	for _, file := range files {
		kind, _, _ := strings.Cut(filepath.Base(file), "-")
		if kind != "nodepool" && kind != "ec2nodeclass" {
			continue
		}
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := Validate(document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		judged[kind]++
	}
	t.Logf("judged %d node pools and %d node classes", judged["nodepool"], judged["ec2nodeclass"])
	if judged["nodepool"] == 0 || judged["nodepool"] != judged["ec2nodeclass"] {
		t.Errorf("found %v below environments: every node pool has a node class, and there are some", judged)
	}
}

// TestBad breaks a good object in one place at a time. The first line is what
// the Go type or the definition says, Karpenter's own words may follow.
func TestBad(t *testing.T) {
	const pool = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: spark}
spec:
  disruption:
    budgets:
    - {nodes: 10%}
    - {nodes: "0", schedule: 0 22 * * *, duration: 8h0m0s}
    consolidateAfter: 5m0s
    consolidationPolicy: WhenEmpty
  limits: {cpu: 2k, memory: 8Ti}
  template:
    metadata: {labels: {lakewright.dev/pool: spark}}
    spec:
      expireAfter: 720h0m0s
      terminationGracePeriod: 24h0m0s
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: spark}
      requirements:
      - {key: karpenter.sh/capacity-type, operator: In, values: [spot]}
      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["4"]}
      taints:
      - {key: lakewright.dev/spark, effect: NoSchedule}
`
	const class = `apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: spark}
spec:
  amiSelectorTerms: [{alias: al2023@latest}]
  blockDeviceMappings:
  - {deviceName: /dev/xvda, ebs: {encrypted: true, volumeSize: 100Gi, volumeType: gp3}}
  instanceStorePolicy: RAID0
  instanceProfile: prod-karpenter-node
  kubelet: {maxPods: 58}
  metadataOptions: {httpTokens: required, httpPutResponseHopLimit: 1}
  securityGroupSelectorTerms: [{tags: {karpenter.sh/discovery: prod}}]
  subnetSelectorTerms: [{tags: {karpenter.sh/discovery: prod}}]
  tags: {Name: prod-spark}
`
	for name, good := range map[string]string{"NodePool": pool, "EC2NodeClass": class} {
		if err := Validate([]byte(good)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	tests := map[string]struct {
		good, old, new string
		want           string
	}{
		"other kind":                         {pool, "kind: NodePool", "kind: NodeClaim", "karpenter.sh/v1 NodeClaim is no kind of Karpenter's that is generated"},
		"unknown field of a pool":            {pool, "  limits:", "  limit: {}\n  limits:", `error unmarshaling JSON: while decoding JSON: json: unknown field "limit"`},
		"unknown field of a class":           {class, "  kubelet:", "  kubelets: {}\n  kubelet:", `error unmarshaling JSON: while decoding JSON: json: unknown field "kubelets"`},
		"length of time":                     {pool, "expireAfter: 720h0m0s", "expireAfter: 30d", `error unmarshaling JSON: while decoding JSON: time: unknown unit "d" in duration "30d"`},
		"budget":                             {pool, "nodes: 10%", "nodes: 101%", `spec.disruption.budgets[0].nodes: Invalid value: "101%": spec.disruption.budgets[0].nodes in body should match '^((100|[0-9]{1,2})%|[0-9]+)$'`},
		"schedule without a length":          {pool, ", duration: 8h0m0s", "", "spec.disruption.budgets: Invalid value: 'schedule' must be set with 'duration'"},
		"schedule":                           {pool, "0 22 * * *", "0 25 * * *", "invariant violated, invalid cron, end of range (25) above maximum (23): 25 (cron=<nil>)"},
		"consolidation":                      {pool, "WhenEmpty", "Always", `spec.disruption.consolidationPolicy: Unsupported value: "Always": supported values: "WhenEmpty", "WhenEmptyOrUnderutilized", "Balanced"`},
		"requirement without a value":        {pool, "values: [spot]", "values: []", "spec.template.spec.requirements: Invalid value: requirements with operator 'In' must have a value defined"},
		"generation that is no number":       {pool, `["4"]`, `["five"]`, `spec.template.spec.requirements: Invalid value: "array": type conversion error from 'string' to 'int' evaluating rule: requirements operator 'Gt', 'Lt', 'Gte', or 'Lte' must have a single positive integer value`},
		"label of Karpenter's":               {pool, "lakewright.dev/pool: spark", "karpenter.sh/nodepool: spark", `spec.template.metadata.labels: Invalid value: label "karpenter.sh/nodepool" is restricted`},
		"label that Karpenter does not know": {pool, "karpenter.k8s.aws/instance-generation", "karpenter.k8s.aws/instance-generations", `spec.template.spec.requirements[1].key: Invalid value: "karpenter.k8s.aws/instance-generations": label domain "karpenter.k8s.aws" is restricted`},
		"taint":                              {pool, "NoSchedule", "Never", `spec.template.spec.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`},
		"neither role nor profile":           {class, "  instanceProfile: prod-karpenter-node\n", "", "spec: Invalid value: must specify exactly one of ['role', 'instanceProfile']"},
		"image":                              {class, "al2023@latest", "al2023", `spec.amiSelectorTerms[0].alias: Invalid value: "al2023": 'alias' is improperly formatted, must match the format 'family@version'`},
		"image by two ways":                  {class, "[{alias: al2023@latest}]", "[{alias: al2023@latest}, {id: ami-0123456789abcdef0}]", "spec.amiSelectorTerms: Invalid value: 'alias' is mutually exclusive, cannot be set with a combination of other amiSelectorTerms"},
		"hops":                               {class, "httpPutResponseHopLimit: 1", "httpPutResponseHopLimit: 65", "spec.metadataOptions.httpPutResponseHopLimit: Invalid value: 65: spec.metadataOptions.httpPutResponseHopLimit in body should be less than or equal to 64"},
		"tokens":                             {class, "httpTokens: required", "httpTokens: maybe", `spec.metadataOptions.httpTokens: Unsupported value: "maybe": supported values: "required", "optional"`},
		"instance store":                     {class, "RAID0", "RAID5", `spec.instanceStorePolicy: Unsupported value: "RAID5": supported values: "RAID0"`},
		"tag of Karpenter's":                 {class, "{Name: prod-spark}", "{karpenter.sh/nodepool: spark}", "spec.tags: Invalid value: tag contains a restricted tag matching karpenter.sh/nodepool"},
		"subnets":                            {class, "subnetSelectorTerms: [{tags: {karpenter.sh/discovery: prod}}]", "subnetSelectorTerms: []", "[spec.subnetSelectorTerms: Invalid value: subnetSelectorTerms cannot be empty, spec.subnetSelectorTerms: Invalid value: 'id' is mutually exclusive, cannot be set with a combination of other fields in a subnet selector term]"},
		"volume":                             {class, "volumeType: gp3", "volumeType: gp4", `spec.blockDeviceMappings[0].ebs.volumeType: Unsupported value: "gp4": supported values: "standard", "io1", "io2", "gp2", "sc1", "st1", "gp3"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bad := bytes.Replace([]byte(test.good), []byte(test.old), []byte(test.new), 1)
			if string(bad) == test.good {
				t.Fatalf("%q is not in the good object", test.old)
			}
			err := Validate(bad)
			if err == nil {
				t.Fatalf("nothing is wrong, want %s", test.want)
			}
			if got, _, _ := strings.Cut(err.Error(), "\n"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

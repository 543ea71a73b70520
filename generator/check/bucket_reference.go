package check

import "github.com/lakewright/lakewright/generator/diag"

var bucketReference = Rule{
	Code:    "bucket-reference",
	Summary: "A component uses buckets that the platform declares.",
	Reason: "The access that a component gets is an IAM role with exactly the buckets it names. " +
		"A name that no bucket has would be a role without the access that the component needs, found out at run time.",
	Sources: []string{"https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"},
	check:   checkBucketReference,
}

func checkBucketReference(p *pass) {
	names := keys(p.Buckets)
	for _, name := range p.components {
		for _, bucket := range keys(p.Custom[name].Buckets) {
			if _, ok := p.Buckets[bucket]; ok {
				continue
			}
			p.report(diag.Diagnostic{
				Summary: field("custom", name, "buckets", bucket) + " names no bucket of the platform",
				Found:   bucket,
				Allowed: p.among("buckets", names, "buckets"),
				Hint:    didYouMean(bucket, names, "declare it: buckets: "+field(bucket)+": {}"),
			}, "custom", name, "buckets", bucket)
		}
	}
}

package component

import (
	"maps"
	"slices"
	"time"

	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// noncurrentDays is how long a versioned bucket keeps what was overwritten or
// deleted.
const noncurrentDays = 30

// buckets are the platform's S3 buckets, each with a KMS key of its own.
func buckets(p *model.Platform) Output {
	if p.Cloud.AWS == nil || len(p.Buckets) == 0 {
		return Output{}
	}
	var calls []terraform.Module
	for _, name := range slices.Sorted(maps.Keys(p.Buckets)) {
		b := p.Buckets[name]
		inputs := map[string]any{
			"name":            p.BucketName(name),
			"versioning":      b.Versioning,
			"noncurrent_days": noncurrentDays,
		}
		if b.ExpireAfter.Limited() {
			lifetime, err := b.ExpireAfter.Time()
			if err != nil {
				panic(err) // the schema refuses other lengths of time
			}
			inputs["expiration_days"] = int(lifetime / (24 * time.Hour))
		}
		calls = append(calls, terraform.Module{Name: bucketModule(name), Source: "modules/bucket", Inputs: inputs})
	}
	return Output{Modules: map[string][]terraform.Module{Data: calls}}
}

func bucketModule(bucket string) string { return "bucket_" + identifier(bucket) }

package component

import (
	"maps"
	"slices"

	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// customModules calls the modules of a custom component: the role of its pods
// where it uses buckets, and the user's own module. They belong to the data
// stack.
func customModules(p *model.Platform, name string) []terraform.Module {
	if p.Cloud.AWS == nil {
		return nil
	}
	c := p.Custom[name]
	var calls []terraform.Module
	if len(c.Buckets) > 0 {
		calls = append(calls, podRole(p, "workload_"+identifier(name), p.WorkloadRole(name),
			p.ClusterName(), c.Namespace, p.ServiceAccount(name), workloadPolicy(p, name)))
	}
	if c.Terraform != nil {
		inputs := make(map[string]any, len(c.Terraform.Inputs))
		for variable, value := range c.Terraform.Inputs {
			inputs[variable] = resolve(value)
		}
		calls = append(calls, terraform.Module{Name: "custom_" + identifier(name), Source: c.Terraform.Source, Inputs: inputs})
	}
	return calls
}

// customPolicies returns the policy documents of the roles of custom components.
func customPolicies(p *model.Platform) map[string][]byte {
	if p.Cloud.AWS == nil {
		return nil
	}
	documents := map[string][]byte{}
	for name, c := range p.Custom {
		if len(c.Buckets) > 0 {
			documents[policyPath(p.WorkloadRole(name))] = workloadPolicy(p, name).review()
		}
	}
	return documents
}

// workloadPolicy grants a custom component what it says of its buckets. To
// write is to put and to delete: both replace what was there, and both leave
// the old version where the bucket keeps versions. Writing in parts reads the
// data key again, so a writer may decrypt as well.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
func workloadPolicy(p *model.Platform, component string) policyDocument {
	var read, write, keys, writeKeys []any
	uses := p.Custom[component].Buckets
	for _, bucket := range slices.Sorted(maps.Keys(uses)) {
		arn := arnsOf(p).global("s3", p.BucketName(bucket))[0]
		key := terraform.ModuleOutput(bucketModule(bucket), "kms_key_arn")
		keys = append(keys, key)
		if uses[bucket] != model.Write {
			read = append(read, arn)
		}
		if uses[bucket] != model.Read {
			write, writeKeys = append(write, arn), append(writeKeys, key)
		}
	}
	var document policyDocument
	allow := func(sid string, resources []any, actions ...string) {
		if len(resources) > 0 {
			document = append(document, statement{Sid: sid, Actions: actions, Resources: resources})
		}
	}
	allow("ListObjects", read, "s3:GetBucketLocation", "s3:ListBucket")
	allow("ReadObjects", objectsIn(read), "s3:GetObject")
	allow("ListUploads", write, "s3:GetBucketLocation", "s3:ListBucketMultipartUploads")
	allow("WriteObjects", objectsIn(write), "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject")
	allow("Decrypt", keys, "kms:Decrypt")
	allow("Encrypt", writeKeys, "kms:GenerateDataKey")
	return document
}

func objectsIn(buckets []any) []any {
	objects := make([]any, len(buckets))
	for i, bucket := range buckets {
		objects[i] = bucket.(string) + "/*"
	}
	return objects
}

// resolve replaces strings such as "${foundation.vpc_id}", wherever they stand
// in value, by the output of the foundation stack that they name. Every other
// string stays as it is.
func resolve(value any) any {
	switch v := value.(type) {
	case string:
		if output, ok := model.FoundationReference(v); ok {
			return terraform.StackOutput(Foundation, output)
		}
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = resolve(v[i])
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			object[key] = resolve(v[key])
		}
		return object
	}
	return value
}

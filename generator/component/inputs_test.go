package component

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/artifact"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// TestModuleInputs holds what the modules are given, as Terraform reads it.
func TestModuleInputs(t *testing.T) {
	for name, test := range map[string]struct {
		change        func(*model.Platform)
		stack, module string
		want          string // members of the module call; null for one that is not there
	}{
		"network": {
			stack: Foundation, module: "network",
			want: `{
				"source": "../../../../../modules/network", "name": "prod-seoul", "private_subnet_tags": {"karpenter.sh/discovery": "prod-seoul"},
				"cidr": "10.20.0.0/16", "region": "ap-northeast-2", "nat": "per-zone", "interface_endpoints": [],
				"zones": {
					"ap-northeast-2a": {"private_cidr": "10.20.0.0/19", "public_cidr": "10.20.96.0/24"},
					"ap-northeast-2b": {"private_cidr": "10.20.32.0/19", "public_cidr": "10.20.97.0/24"},
					"ap-northeast-2c": {"private_cidr": "10.20.64.0/19", "public_cidr": "10.20.98.0/24"}
				}
			}`,
		},
		"network without NAT": {
			change: func(p *model.Platform) { p.Network.NAT = model.NATNone; p.Network.Endpoints = []string{"glue", "sts"} },
			stack:  Foundation, module: "network",
			want: `{
				"nat": "none",
				"interface_endpoints": ["autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "glue", "logs", "secretsmanager", "sqs", "ssm", "sts"],
				"zones": {
					"ap-northeast-2a": {"private_cidr": "10.20.0.0/19"},
					"ap-northeast-2b": {"private_cidr": "10.20.32.0/19"},
					"ap-northeast-2c": {"private_cidr": "10.20.64.0/19"}
				}
			}`,
		},
		"eks": {
			stack: Foundation, module: "eks",
			want: `{
				"name": "prod-seoul", "kubernetes_version": "1.34", "account": "111122223333", "partition": "aws",
				"vpc_id": "${module.network.vpc_id}", "subnet_ids": "${module.network.private_subnet_ids}",
				"endpoint_public_access": false, "public_access_cidrs": [], "private_access_cidrs": ["10.8.0.0/16"],
				"cluster_security_group_tags": {"karpenter.sh/discovery": "prod-seoul"},
				"service_cidr": null, "kms_key_arn": null, "deletion_protection": true,
				"access_entries": {
					"admin": {"principal_arn": "arn:aws:iam::111122223333:role/data-platform-admin", "kubernetes_groups": [], "policies": {"AmazonEKSClusterAdminPolicy": {"namespaces": []}}},
					"ads": {"principal_arn": "arn:aws:iam::111122223333:role/ads-engineer", "kubernetes_groups": [], "policies": {"AmazonEKSViewPolicy": {"namespaces": ["ads"]}}}
				},
				"addons": {"vpc-cni": {}, "coredns": {}, "kube-proxy": {}, "eks-pod-identity-agent": {}, "aws-ebs-csi-driver": {}},
				"system_node_group": {"instance_types": ["m7i.large"], "ami_type": "AL2023_x86_64_STANDARD", "min_size": 2, "desired_size": 2, "max_size": 4, "disk_size_gib": 50, "labels": {"lakewright.dev/pool": "system"}},
				"cluster_role_name": "prod-seoul-cluster", "node_role_name": "prod-seoul-system-node", "ebs_csi_role_name": "prod-seoul-ebs-csi",
				"tags": {"cost-center": "data-platform", "lakewright.dev/environment": "prod-seoul"}
			}`,
		},
		"eks written out": {
			change: func(p *model.Platform) {
				c := &p.Cluster
				c.Endpoint.Public, c.Endpoint.PublicCIDRs = true, []string{"203.0.113.0/24", "198.51.100.0/24"}
				c.Endpoint.PrivateCIDRs = []string{"10.9.0.0/16", "10.8.0.0/16"}
				c.ServiceCIDR = "172.20.0.0/16"
				c.Encryption.KeyARN = "arn:aws:kms:ap-northeast-2:111122223333:key/0000"
				c.DeletionProtection = false
				c.Addons = map[string]model.EKSAddon{"vpc-cni": {Version: "v1.20.1-eksbuild.3", Configuration: json.RawMessage(`{"env":{"WARM_ENI_TARGET":"1"}}`)}}
				c.SystemNodes.InstanceTypes, c.SystemNodes.Disk = []string{"m7g.large"}, "20481Mi"
			},
			stack: Foundation, module: "eks",
			want: `{
				"endpoint_public_access": true, "public_access_cidrs": ["198.51.100.0/24", "203.0.113.0/24"],
				"private_access_cidrs": ["10.8.0.0/16", "10.9.0.0/16"],
				"service_cidr": "172.20.0.0/16", "kms_key_arn": "arn:aws:kms:ap-northeast-2:111122223333:key/0000", "deletion_protection": false,
				"addons": {"vpc-cni": {"version": "v1.20.1-eksbuild.3", "configuration": "{\"env\":{\"WARM_ENI_TARGET\":\"1\"}}"}},
				"system_node_group": {"instance_types": ["m7g.large"], "ami_type": "AL2023_ARM_64_STANDARD", "min_size": 2, "desired_size": 2, "max_size": 4, "disk_size_gib": 21, "labels": {"lakewright.dev/pool": "system"}}
			}`,
		},
		"karpenter": {
			stack: Foundation, module: "karpenter",
			want: `{
				"source": "../../../../../modules/karpenter", "cluster_name": "${module.eks.cluster_name}",
				"region": "ap-northeast-2", "account": "111122223333", "partition": "aws",
				"controller_role_name": "prod-seoul-karpenter", "node_role_name": "prod-seoul-karpenter-node",
				"instance_profile_name": "prod-seoul-karpenter-node", "queue_name": "prod-seoul-karpenter",
				"namespace": "kube-system", "service_account": "karpenter"
			}`,
		},
		"add-on's role": {
			stack: Foundation, module: "external_secrets",
			want: `{
				"source": "../../../../../modules/pod-identity", "role_name": "prod-seoul-external-secrets", "cluster_name": "${module.eks.cluster_name}",
				"region": "ap-northeast-2", "account": "111122223333", "partition": "aws",
				"associations": [{"namespace": "external-secrets", "service_account": "external-secrets"}],
				"policy_json": "{\"Statement\":[{\"Action\":[\"secretsmanager:DescribeSecret\",\"secretsmanager:GetSecretValue\"],\"Effect\":\"Allow\",\"Resource\":[\"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:prod-seoul/*\"],\"Sid\":\"ReadSecrets\"}],\"Version\":\"2012-10-17\"}"
			}`,
		},
		"bucket that expires": {
			stack: Data, module: "bucket_events",
			want: `{"source": "../../../../../modules/bucket", "name": "prod-seoul-events-111122223333", "versioning": true, "noncurrent_days": 30, "expiration_days": 90}`,
		},
		"bucket that keeps": {
			stack: Data, module: "bucket_lake",
			want: `{"name": "prod-seoul-lake-111122223333", "versioning": true, "expiration_days": null}`,
		},
		"workload's role": {
			change: func(p *model.Platform) {
				c := p.Custom["order-api"]
				c.ServiceAccount, c.Buckets = "orders", map[string]string{"events": model.Read}
				p.Custom["order-api"] = c
			},
			stack: Data, module: "workload_order_api",
			want: `{
				"role_name": "prod-seoul-ads-order-api", "cluster_name": "prod-seoul",
				"associations": [{"namespace": "ads", "service_account": "orders"}],
				"policy_json": "{\"Statement\":[{\"Action\":[\"s3:GetBucketLocation\",\"s3:ListBucket\"],\"Effect\":\"Allow\",\"Resource\":[\"arn:aws:s3:::prod-seoul-events-111122223333\"],\"Sid\":\"ListObjects\"},{\"Action\":[\"s3:GetObject\"],\"Effect\":\"Allow\",\"Resource\":[\"arn:aws:s3:::prod-seoul-events-111122223333/*\"],\"Sid\":\"ReadObjects\"},{\"Action\":[\"kms:Decrypt\"],\"Effect\":\"Allow\",\"Resource\":[\"${module.bucket_events.kms_key_arn}\"],\"Sid\":\"Decrypt\"}],\"Version\":\"2012-10-17\"}"
			}`,
		},
		"custom module": {
			change: func(p *model.Platform) {
				p.Custom["order-api"] = model.Custom{Namespace: "ads", Terraform: &model.TerraformCall{Source: "modules/order-api", Inputs: map[string]any{
					"vpc_id":  "${foundation.vpc_id}",
					"deep":    map[string]any{"list": []any{"${foundation.private_subnet_ids}", true, json.Number("3")}},
					"literal": "${var.x} %{ if }",
				}}}
			},
			stack: Data, module: "custom_order_api",
			want: `{
				"source": "../../../../../modules/order-api",
				"vpc_id": "${data.terraform_remote_state.foundation.outputs.vpc_id}",
				"deep": {"list": ["${data.terraform_remote_state.foundation.outputs.private_subnet_ids}", true, 3]},
				"literal": "$${var.x} %%{ if }"
			}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := platform(t, "prod-seoul")
			if test.change != nil {
				test.change(p)
			}
			// The stack of the one module call, if there is one.
			stack := terraform.Stack{Name: test.stack, Reads: []terraform.RemoteState{{Stack: Foundation}}}
			for _, out := range outputs(p) {
				for _, call := range out.Modules[test.stack] {
					if call.Name == test.module {
						stack.Modules = append(stack.Modules, call)
					}
				}
			}
			var set artifact.Set
			if err := stack.Emit(&set, "0.0.0"); err != nil {
				t.Fatal(err)
			}
			content, _ := set.Get("terraform/" + test.stack + "/main.tf.json")
			var root struct {
				Module map[string]map[string]any
			}
			if err := json.Unmarshal(content, &root); err != nil {
				t.Fatalf("%v\n%s", err, content)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			got := map[string]any{}
			for member := range want {
				got[member] = root.Module[test.module][member]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("module %s (-want +got):\n%s", test.module, diff)
			}
		})
	}
}

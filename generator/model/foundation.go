package model

import "regexp"

// A FoundationOutput is an output of the foundation stack: of one of its module
// calls, under the same name.
type FoundationOutput struct{ Name, Module, Description string }

// FoundationOutputs are all outputs of the foundation stack, sorted by name.
var FoundationOutputs = []FoundationOutput{
	{"cluster_certificate_authority_data", "eks", "Certificate of the API server's authority, PEM in base64."},
	{"cluster_endpoint", "eks", "URL of the Kubernetes API server."},
	{"cluster_name", "eks", "Name of the cluster."},
	{"cluster_security_group_id", "eks", "ID of the security group of control plane and nodes."},
	{"oidc_issuer_url", "eks", "URL of the cluster's OpenID Connect issuer."},
	{"private_subnet_ids", "network", "IDs of the private subnets, in the order of their zones' names."},
	{"public_subnet_ids", "network", "IDs of the public subnets, in the order of their zones' names."},
	{"vpc_id", "network", "ID of the VPC."},
}

var foundationReference = regexp.MustCompile(`^\$\{foundation\.([^{}]+)\}$`)

// FoundationReference returns the name in a Terraform input that stands for an
// output of the foundation stack: vpc_id in "${foundation.vpc_id}". A reference
// is the whole string.
func FoundationReference(input string) (output string, ok bool) {
	match := foundationReference.FindStringSubmatch(input)
	if match == nil {
		return "", false
	}
	return match[1], true
}

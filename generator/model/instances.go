package model

import (
	"regexp"
	"strings"
)

// The CPU architectures, as Kubernetes names them.
const (
	AMD64 = "amd64"
	ARM64 = "arm64"
)

// familySyntax splits an instance family into its series, generation and
// attributes: m, 7 and gd of m7gd.
var familySyntax = regexp.MustCompile(`^[a-z]+[0-9]+([a-z]*)`)

// InstanceArchitecture returns the CPU architecture of an EC2 instance type or
// family, such as "m7gd.large" or "m7gd": arm64 for Graviton processors, which
// the attribute g after the generation marks, and for the first of them, a1.
// Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
func InstanceArchitecture(instanceType string) string {
	family, _, _ := strings.Cut(instanceType, ".")
	attributes := familySyntax.FindStringSubmatch(family)
	if family == "a1" || attributes != nil && strings.Contains(attributes[1], "g") {
		return ARM64
	}
	return AMD64
}

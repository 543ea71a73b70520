package component

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/lakewright/lakewright/generator/emit/terraform"
)

// A policyDocument is an IAM policy that grants what its statements say and
// nothing else: none of them denies.
type policyDocument []statement

// A statement allows Actions on Resources, ARNs that are strings or, where
// AWS chooses the name, references.
type statement struct {
	Sid        string
	Actions    []string
	Resources  []any
	Conditions conditions
}

// Conditions maps an operator such as "StringEquals" to condition keys and the
// values that each may have.
type conditions map[string]map[string][]string

// policyVersion is the version of IAM's policy language.
const policyVersion = "2012-10-17"

// terraform returns the document as a module takes it.
func (d policyDocument) terraform() terraform.JSON {
	statements := make([]any, len(d))
	for i, s := range d {
		statement := map[string]any{"Sid": s.Sid, "Effect": "Allow", "Action": s.Actions, "Resource": s.Resources}
		if len(s.Conditions) > 0 {
			statement["Condition"] = s.Conditions
		}
		statements[i] = statement
	}
	return terraform.JSON{Value: map[string]any{"Version": policyVersion, "Statement": statements}}
}

// review returns the document as people read it. References stand as Terraform
// writes them.
func (d policyDocument) review() []byte {
	type readable struct {
		Sid       string
		Effect    string
		Action    []string
		Resource  []string
		Condition conditions `json:",omitempty"`
	}
	statements := make([]readable, len(d))
	for i, s := range d {
		statements[i] = readable{s.Sid, "Allow", s.Actions, make([]string, len(s.Resources)), s.Conditions}
		for j, resource := range s.Resources {
			statements[i].Resource[j] = fmt.Sprint(resource)
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(struct {
		Version   string
		Statement []readable
	}{policyVersion, statements}); err != nil {
		panic(err) // strings alone: cannot fail
	}
	return b.Bytes()
}

// policyPath is where a role's document lies below policies.
func policyPath(role string) string { return "iam/" + role + ".json" }

// anyResource is for actions that IAM cannot limit to a resource.
var anyResource = []any{"*"}

package check

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
)

var secretLiteral = Rule{
	Code:    "secret-literal",
	Summary: "No value is a password, token or key itself: values name a Secret.",
	Reason: "What is written here is committed to Git, copied into generated values and kept by Argo CD in plain text; everybody who reads the repository has it, and for good. " +
		"External Secrets brings the secret from AWS Secrets Manager into the cluster, and values name the Kubernetes Secret.",
	Sources: []string{
		"https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/",
		"https://external-secrets.io/latest/api/externalsecret/",
	},
	check: checkSecretLiteral,
}

func checkSecretLiteral(p *pass) {
	for _, name := range p.components {
		c := p.Custom[name]
		p.findSecrets(c.Values, "custom", name, "values")
		if c.Terraform != nil {
			p.findSecrets(c.Terraform.Inputs, "custom", name, "terraform", "inputs")
		}
	}
	for _, addon := range p.WrittenAddons() {
		p.findSecrets(addon.Values, "addons", addon.Name, "values")
	}
	for name, addon := range p.Cluster.Addons {
		var configuration any // Nil where none is written.
		_ = json.Unmarshal(addon.Configuration, &configuration)
		p.findSecrets(configuration, "cluster", "addons", name, "configuration")
	}
}

// findSecrets reports every secret at or below a value.
func (p *pass) findSecrets(value any, path ...string) {
	at := func(name string) []string { return append(path[:len(path):len(path)], name) }
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			if s, ok := v.(string); ok && isSecret(name, s, value) {
				p.reportSecret(s, at(name)...)
				continue
			}
			p.findSecrets(v, at(name)...)
		}
	case []any:
		for i, v := range value {
			p.findSecrets(v, at(strconv.Itoa(i))...)
		}
	case string:
		if isCredential(value) {
			p.reportSecret(value, path...)
		}
	}
}

// reportSecret reports a secret without showing it.
func (p *pass) reportSecret(s string, path ...string) {
	p.report(diag.Diagnostic{
		Summary: field(path...) + " is a literal where a secret belongs",
		Found:   "a string of " + count(len(s), "character"),
		Allowed: "the name of a Kubernetes Secret, as the chart's values take it",
		Hint:    "keep it in AWS Secrets Manager, let an ExternalSecret bring it into the namespace, and write the Secret's name; change the secret if this was committed",
	}, path...)
}

// secretNames are the endings of the names of fields that hold secrets, in
// lower case without separators.
var secretNames = []string{
	"password", "passwd", "passphrase", "token",
	"apikey", "accesskey", "secretkey", "privatekey", "encryptionkey", "signingkey", "fernetkey",
	"clientsecret", "sharedsecret", "cookiesecret", "sessionsecret", "signingsecret", "webhooksecret", "jwtsecret",
}

// isSecret reports whether a field of an object holds a secret itself, and not
// the name of one.
func isSecret(name, value string, object map[string]any) bool {
	if value == "" || isReference(value) {
		return false
	}
	if isCredential(value) {
		return true
	}
	if env, ok := object["name"].(string); ok && name == "value" {
		return namesSecret(env) // An element of env: {name: "DB_PASSWORD", value: …}.
	}
	// Beside the name of a Secret, "secretKey" and the like are keys in it.
	besideSecret := slices.ContainsFunc(keys(object), func(sibling string) bool {
		s := squash(sibling)
		return s == "remoteref" || s == "secretname" || s == "secretref" || strings.HasPrefix(s, "existingsecret")
	})
	return namesSecret(name) && !(besideSecret && strings.HasSuffix(squash(name), "key"))
}

// namesSecret reports whether a name is one of a field that holds a secret.
// A key of a password ("passwordSecretKey") is where in a Secret it stands.
func namesSecret(name string) bool {
	s := squash(name)
	i := slices.IndexFunc(secretNames, func(ending string) bool { return strings.HasSuffix(s, ending) })
	if i < 0 || strings.Contains(s, "existing") {
		return false
	}
	before := strings.TrimSuffix(s, secretNames[i])
	return !strings.HasSuffix(secretNames[i], "key") || !strings.Contains(before, "password") && !strings.Contains(before, "token")
}

// squash writes a name in lower case without separators: clientSecret,
// client-secret and CLIENT_SECRET are one.
func squash(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(name))
}

// isReference reports whether a value stands for a secret that something else
// fills in: a variable, a template, an ARN or a path.
func isReference(value string) bool {
	for _, part := range []string{"${", "$(", "{{"} {
		if strings.Contains(value, part) {
			return true
		}
	}
	return strings.HasPrefix(value, "arn:") || strings.HasPrefix(value, "/")
}

// accessKeyID is an AWS access key.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
var accessKeyID = regexp.MustCompile(`^A[KS]IA[A-Z2-7]{16}$`)

// passwordInside is a password within a URL or a connection string.
var passwordInside = regexp.MustCompile(`(?i)^[a-z][a-z0-9+.-]*://[^/@:\s]+:[^/@\s]+@|(^|[;&?\s])(password|pwd)=[^;&\s]+`)

// isCredential reports whether a value is a secret, or has one in it, by its form.
func isCredential(value string) bool {
	if strings.Contains(value, "PRIVATE KEY-----") || len(value) == 20 && accessKeyID.MatchString(value) {
		return true
	}
	return passwordInside.MatchString(value) && !isReference(value)
}

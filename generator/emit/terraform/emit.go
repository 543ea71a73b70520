package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/artifact"
)

// What every root asks for. Locking through the S3 backend's own lock file is
// generally available from Terraform 1.11.
// Source: https://developer.hashicorp.com/terraform/language/backend/s3
const (
	requiredVersion = ">= 1.11"
	providerSource  = "hashicorp/aws"
	providerVersion = ">= 5.100, < 7"
)

// repositoryRoot leads from environments/<env>/generated/terraform/<stack> to
// the root of the repository.
const repositoryRoot = "../../../../../"

// root is a Terraform root in JSON syntax. A member named "//" is a comment.
// Source: https://developer.hashicorp.com/terraform/language/syntax/json
type root struct {
	Comment   string                      `json:"//"`
	Terraform settings                    `json:"terraform"`
	Provider  map[string]map[string]any   `json:"provider"`
	Data      map[string]map[string]state `json:"data,omitempty"`
	Module    map[string]map[string]any   `json:"module,omitempty"`
	Output    map[string]output           `json:"output,omitempty"`
}

type settings struct {
	RequiredVersion   string                    `json:"required_version"`
	RequiredProviders map[string]provider       `json:"required_providers"`
	Backend           map[string]map[string]any `json:"backend"`
}

type provider struct {
	Source  string `json:"source"`
	Version string `json:"version"`
}

type state struct {
	Backend string            `json:"backend"`
	Config  map[string]string `json:"config"`
}

type output struct {
	Description string `json:"description,omitempty"`
	Value       string `json:"value"`
}

// Emit adds the stack's root to set, at terraform/<name>/main.tf.json. It is an
// error when a name is none that Terraform takes, when a value has a type that
// Terraform has no literal for, and when a reference names a stack that the
// stack does not read.
func (s Stack) Emit(set *artifact.Set, version string) error {
	root, err := s.root(version)
	if err != nil {
		return fmt.Errorf("stack %s: %w", s.Name, err)
	}
	content, err := marshal(root, "  ")
	if err != nil {
		return fmt.Errorf("stack %s: %w", s.Name, err)
	}
	return set.Add("terraform/"+s.Name+"/main.tf.json", content)
}

func (s Stack) root(version string) (root, error) {
	if err := identifier("stack", s.Name); err != nil {
		return root{}, err
	}
	tags, err := encode(s.Tags)
	if err != nil {
		return root{}, err
	}
	r := root{
		Comment: artifact.Header(version, s.Source),
		Terraform: settings{
			RequiredVersion:   requiredVersion,
			RequiredProviders: map[string]provider{"aws": {Source: providerSource, Version: providerVersion}},
			Backend: map[string]map[string]any{"s3": {
				"bucket": s.StateBucket, "key": s.StateKey, "region": s.Region, "encrypt": true, "use_lockfile": true,
			}},
		},
		Provider: map[string]map[string]any{"aws": {
			"region": s.Region, "allowed_account_ids": []string{s.Account}, "default_tags": map[string]any{"tags": tags},
		}},
		Module: make(map[string]map[string]any, len(s.Modules)),
		Output: make(map[string]output, len(s.Outputs)),
	}
	if len(s.Reads) > 0 {
		states := make(map[string]state, len(s.Reads))
		for _, read := range s.Reads {
			if err := identifier("stack", read.Stack); err != nil {
				return root{}, err
			}
			states[read.Stack] = state{"s3", map[string]string{"bucket": read.Bucket, "key": read.Key, "region": read.Region}}
		}
		r.Data = map[string]map[string]state{"terraform_remote_state": states}
	}
	for _, m := range s.Modules {
		if _, ok := r.Module[m.Name]; ok {
			return root{}, fmt.Errorf("module %q is called twice", m.Name)
		}
		if r.Module[m.Name], err = s.call(m); err != nil {
			return root{}, fmt.Errorf("module %q: %w", m.Name, err)
		}
	}
	for _, o := range s.Outputs {
		if err := identifier("output", o.Name); err != nil {
			return root{}, err
		}
		if _, ok := r.Output[o.Name]; ok {
			return root{}, fmt.Errorf("output %q is defined twice", o.Name)
		}
		value, err := encode(o.Value)
		if err != nil {
			return root{}, fmt.Errorf("output %q: %w", o.Name, err)
		}
		r.Output[o.Name] = output{o.Description, value.(string)}
	}
	return r, nil
}

// metaArguments are the names that Terraform keeps for itself in a module call.
// Source: https://developer.hashicorp.com/terraform/language/block/variable
var metaArguments = []string{"count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"}

// call returns the body of a module call.
func (s Stack) call(m Module) (map[string]any, error) {
	if err := identifier("module", m.Name); err != nil {
		return nil, err
	}
	body := make(map[string]any, len(m.Inputs)+2)
	for _, name := range slices.Sorted(maps.Keys(m.Inputs)) {
		if err := identifier("variable", name); err != nil {
			return nil, err
		}
		if slices.Contains(metaArguments, name) {
			return nil, fmt.Errorf("%q cannot be a variable: Terraform keeps the name for itself", name)
		}
		value, err := encode(m.Inputs[name])
		if err != nil {
			return nil, fmt.Errorf("variable %q: %w", name, err)
		}
		body[name] = value
	}
	for _, stack := range m.Reads() {
		if !slices.ContainsFunc(s.Reads, func(r RemoteState) bool { return r.Stack == stack }) {
			return nil, fmt.Errorf("refers to the stack %q, which is not read", stack)
		}
	}
	body["source"] = repositoryRoot + m.Source
	return body, nil
}

// Reads returns the names of the stacks that the module's inputs refer to,
// sorted, without repetition.
func (m Module) Reads() []string {
	var stacks []string
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Interface, reflect.Pointer:
			walk(v.Elem())
		case reflect.String:
			if rest, ok := strings.CutPrefix(v.String(), remoteState); ok && v.Type() == reflect.TypeFor[Reference]() {
				stack, _, _ := strings.Cut(rest, ".")
				stacks = append(stacks, stack)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Value())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(m.Inputs))
	slices.Sort(stacks)
	return slices.Compact(stacks)
}

// encode returns value as JSON syntax has it: literals escaped, references
// interpolated. Terraform reads the keys of an object as templates, too.
func encode(value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, json.Number:
		return v, nil
	case Reference:
		if !referenceSyntax.MatchString(string(v)) {
			return nil, fmt.Errorf("%q is not a reference", string(v))
		}
		return v.String(), nil
	case JSON:
		inner, err := encode(v.Value)
		if err != nil {
			return nil, err
		}
		text, err := marshal(inner, "")
		return strings.TrimSuffix(string(text), "\n"), err
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		return value, nil
	case reflect.String:
		return escape.Replace(v.String()), nil
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			var err error
			if list[i], err = encode(v.Index(i).Interface()); err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return list, nil
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			break
		}
		object := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			member, err := encode(it.Value().Interface())
			if err != nil {
				return nil, fmt.Errorf("%q: %w", it.Key().String(), err)
			}
			object[escape.Replace(it.Key().String())] = member
		}
		return object, nil
	}
	return nil, fmt.Errorf("a value of type %T has no form in Terraform", value)
}

// escape makes a literal of a string that Terraform reads as a template.
// Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
var escape = strings.NewReplacer("${", "$${", "%{", "%%{")

var (
	identifierSyntax = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	referenceSyntax  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)+$`)
)

func identifier(what, name string) error {
	if !identifierSyntax.MatchString(name) {
		return fmt.Errorf("%q is not a name that Terraform takes for a %s: letters, digits, dashes and underscores, first a letter", name, what)
	}
	return nil
}

// marshal writes value as JSON with sorted keys and no escapes for HTML.
func marshal(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return b.Bytes(), err
}

package terraform

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// override writes a Terraform override file that takes a stack off the network:
// a local backend, a provider that asks nobody who it is, and the outputs of
// earlier stacks from files.
// Source: https://developer.hashicorp.com/terraform/language/files/override
func (w *Workspace) override(stack string) error {
	dir := filepath.Join(w.stacks, stack)
	o := map[string]any{
		"terraform": map[string]any{"backend": map[string]any{"local": map[string]any{}}},
		"provider": map[string]any{"aws": []any{map[string]any{
			// Not credentials: the provider wants some to be there.
			"access_key": "offline", "secret_key": "offline",
			"skip_credentials_validation": true,
			"skip_metadata_api_check":     true,
			"skip_region_validation":      true,
			"skip_requesting_account_id":  true,
			"allowed_account_ids":         nil,
		}}},
	}
	states := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(w.states)) {
		reads, err := readsState(dir, name)
		if err != nil {
			return err
		}
		if !reads {
			continue
		}
		file := filepath.Join(dir, name+".offline.tfstate")
		if err := writeState(file, w.states[name]); err != nil {
			return err
		}
		states[name] = map[string]any{"backend": "local", "config": map[string]any{"path": file}}
	}
	if len(states) > 0 {
		o["data"] = map[string]any{"terraform_remote_state": states}
	}
	content, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "offline_override.tf.json"), content, 0o600)
}

// readsState reports whether the stack in dir reads the state of another one.
func readsState(dir, stack string) (bool, error) {
	content, err := os.ReadFile(filepath.Join(dir, "main.tf.json"))
	if err != nil {
		return false, err
	}
	var root struct {
		Data struct {
			RemoteState map[string]json.RawMessage `json:"terraform_remote_state"`
		} `json:"data"`
	}
	if err := json.Unmarshal(content, &root); err != nil {
		return false, fmt.Errorf("%s: %w", filepath.Join(dir, "main.tf.json"), err)
	}
	_, ok := root.Data.RemoteState[stack]
	return ok, nil
}

// An output is an output value as Terraform's state keeps it.
type output struct {
	Value json.RawMessage `json:"value"`
	Type  json.RawMessage `json:"type"`
}

// unknown stands, in an offline plan, for what only an apply can tell.
const unknown = "known-after-apply"

// outputs returns the outputs that a stack will have. A part that is not known
// before the apply is a string that says so, or null where its shape is not
// known either.
func outputs(plan *tfjson.Plan) map[string]output {
	out := map[string]output{}
	for name, change := range plan.OutputChanges {
		value, err := json.Marshal(fill(change.After, change.AfterUnknown))
		if err != nil {
			continue // A value that came from JSON goes back to JSON.
		}
		t, err := ctyjson.ImpliedType(value)
		if err != nil {
			continue
		}
		typeJSON, err := ctyjson.MarshalType(t)
		if err != nil {
			continue
		}
		out[name] = output{value, typeJSON}
	}
	return out
}

// fill puts a string in the place of every part of a value that is not known.
func fill(value, isUnknown any) any {
	switch u := isUnknown.(type) {
	case bool:
		if u {
			return unknown
		}
	case []any:
		list, _ := value.([]any)
		filled := make([]any, max(len(u), len(list)))
		copy(filled, list)
		for i := range u {
			filled[i] = fill(filled[i], u[i])
		}
		return filled
	case map[string]any:
		object, _ := value.(map[string]any)
		filled := maps.Clone(object)
		if filled == nil {
			filled = map[string]any{}
		}
		for k := range u {
			filled[k] = fill(filled[k], u[k])
		}
		return filled
	}
	return value
}

// writeState writes a state that has outputs and no resources, in the state
// format's version 4.
func writeState(file string, outputs map[string]output) error {
	content, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": MinVersion, "serial": 1, "lineage": "offline",
		"outputs": outputs, "resources": []any{},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}

package terraform

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

// What outputs make of a plan, as the next stack's terraform_remote_state reads
// it: a change's after and after_unknown, and the output's value and type.
func TestOutputs(t *testing.T) {
	for name, test := range map[string]struct{ after, unknown, value, typ string }{
		"known":               {`"vpc-1"`, `false`, `"vpc-1"`, `"string"`},
		"null":                {`null`, `false`, `null`, `"dynamic"`},
		"number and boolean":  {`{"n": 1.5, "b": true}`, `{}`, `{"b":true,"n":1.5}`, `["object",{"b":"bool","n":"number"}]`},
		"unknown at top":      {`null`, `true`, `"known-after-apply"`, `"string"`},
		"list of unknowns":    {`[null, null]`, `[true, true]`, `["known-after-apply","known-after-apply"]`, `["tuple",["string","string"]]`},
		"list without after":  {`null`, `[true]`, `["known-after-apply"]`, `["tuple",["string"]]`},
		"list in part":        {`["a", null]`, `[false, true]`, `["a","known-after-apply"]`, `["tuple",["string","string"]]`},
		"list known":          {`["a"]`, `[]`, `["a"]`, `["tuple",["string"]]`},
		"object in part":      {`{"name": "a", "tags": {"x": "1"}}`, `{"id": true, "tags": {}}`, `{"id":"known-after-apply","name":"a","tags":{"x":"1"}}`, `["object",{"id":"string","name":"string","tags":["object",{"x":"string"}]}]`},
		"object without more": {`{}`, `{"arn": true}`, `{"arn":"known-after-apply"}`, `["object",{"arn":"string"}]`},
		"nested":              {`{"zones": [{"name": "a"}, {"name": "b"}]}`, `{"zones": [{"id": true}, {"id": true}]}`, `{"zones":[{"id":"known-after-apply","name":"a"},{"id":"known-after-apply","name":"b"}]}`, `["object",{"zones":["tuple",[["object",{"id":"string","name":"string"}],["object",{"id":"string","name":"string"}]]]}]`},
	} {
		t.Run(name, func(t *testing.T) {
			var change tfjson.Change
			if err := json.Unmarshal([]byte(`{"actions": ["create"], "before": null, "after": `+test.after+`, "after_unknown": `+test.unknown+`}`), &change); err != nil {
				t.Fatal(err)
			}
			got := outputs(&tfjson.Plan{OutputChanges: map[string]*tfjson.Change{"it": &change}})
			if diff := cmp.Diff(map[string]output{"it": {json.RawMessage(test.value), json.RawMessage(test.typ)}}, got); diff != "" {
				t.Errorf("outputs (-want +got):\n%s", diff)
			}
		})
	}
}

// What a plan has is its own: filling leaves it as it is.
func TestFillKeepsItsArguments(t *testing.T) {
	value := map[string]any{"list": []any{nil, "a"}, "object": map[string]any{"b": "c"}}
	filled := fill(value, map[string]any{"id": true, "list": []any{true, false}, "object": map[string]any{"d": true}})
	if diff := cmp.Diff(map[string]any{"list": []any{nil, "a"}, "object": map[string]any{"b": "c"}}, value); diff != "" {
		t.Errorf("the value has changed (-want +got):\n%s", diff)
	}
	want := map[string]any{"id": unknown, "list": []any{unknown, "a"}, "object": map[string]any{"b": "c", "d": unknown}}
	if diff := cmp.Diff(want, filled); diff != "" {
		t.Errorf("filled (-want +got):\n%s", diff)
	}
}

func TestWriteState(t *testing.T) {
	for name, test := range map[string]struct {
		outputs map[string]output
		want    string
	}{
		"outputs": {
			map[string]output{"id": {json.RawMessage(`"a"`), json.RawMessage(`"string"`)}, "ids": {json.RawMessage(`["a"]`), json.RawMessage(`["tuple",["string"]]`)}},
			`{"id": {"value": "a", "type": "string"}, "ids": {"value": ["a"], "type": ["tuple", ["string"]]}}`,
		},
		"none": {map[string]output{}, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "state")
			if err := writeState(file, test.outputs); err != nil {
				t.Fatal(err)
			}
			want := decode(t, []byte(`{"version": 4, "terraform_version": "`+MinVersion+`", "serial": 1, "lineage": "offline", "resources": [], "outputs": `+test.want+`}`))
			if diff := cmp.Diff(want, decode(t, read(t, file))); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadsState(t *testing.T) {
	for name, test := range map[string]struct {
		root string
		want bool
		err  bool
	}{
		"reads it":      {root: `{"data": {"terraform_remote_state": {"foundation": {"backend": "s3"}}}}`, want: true},
		"reads another": {root: `{"data": {"terraform_remote_state": {"spark": {"backend": "s3"}}}}`},
		"reads none":    {root: `{"data": {"aws_vpc": {"foundation": {}}}, "module": {"foundation": {}}}`},
		"is not JSON":   {root: `data`, err: true},
		"is not there":  {err: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if test.root != "" {
				write(t, filepath.Join(dir, "main.tf.json"), test.root)
			}
			got, err := readsState(dir, "foundation")
			if got != test.want || (err != nil) != test.err {
				t.Errorf("readsState = %t, %v", got, err)
			}
		})
	}
}

func decode(t *testing.T, content []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return value
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

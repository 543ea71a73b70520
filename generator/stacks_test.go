package generator

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/component"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

func TestStacks(t *testing.T) {
	p := platform(t, "prod-seoul")
	c, _ := compileAll(t, p)
	stacks := c.Stacks
	got := map[string][]string{}
	for _, stack := range stacks {
		for _, m := range stack.Modules {
			got[stack.Name] = append(got[stack.Name], m.Name)
		}
	}
	want := map[string][]string{
		component.Foundation: {"aws_load_balancer_controller", "cert_manager", "eks", "external_secrets", "karpenter", "network"},
		component.Data:       {"bucket_events", "bucket_lake", "workload_order_api"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("module calls (-want +got):\n%s", diff)
	}

	foundation, data := stacks[0], stacks[1]
	foundation.Modules, data.Modules = nil, nil
	wantData := terraform.Stack{
		Name:        component.Data,
		Source:      "environments/prod-seoul/platform.cue",
		Region:      "ap-northeast-2",
		Account:     "111122223333",
		Tags:        map[string]string{"cost-center": "data-platform", "lakewright.dev/environment": "prod-seoul"},
		StateBucket: "prod-seoul-tfstate-111122223333",
		StateKey:    "prod-seoul/data.tfstate",
	}
	if diff := cmp.Diff(wantData, data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	var names []string
	for _, output := range foundation.Outputs {
		names = append(names, output.Name)
	}
	var wantNames []string
	for _, output := range model.FoundationOutputs {
		wantNames = append(wantNames, output.Name)
	}
	if !slices.Equal(names, wantNames) {
		t.Errorf("foundation's outputs are %q, want %q", names, wantNames)
	}
	if foundation.StateKey != "prod-seoul/foundation.tfstate" || len(foundation.Reads) > 0 {
		t.Errorf("foundation has its state at %s and reads %v", foundation.StateKey, foundation.Reads)
	}
}

func TestStacksOfOthers(t *testing.T) {
	module := func(name string) terraform.Module { return terraform.Module{Name: name, Source: "modules/x"} }
	reader := func(stack string) terraform.Module {
		return terraform.Module{Name: "reader", Inputs: map[string]any{"deep": []any{map[string]any{"id": terraform.StackOutput(stack, "vpc_id")}}}}
	}
	in := func(stack string, modules ...terraform.Module) component.Output {
		return component.Output{Modules: map[string][]terraform.Module{stack: modules}}
	}
	output := component.Output{
		Modules: map[string][]terraform.Module{component.Data: {module("a")}},
		Outputs: map[string][]terraform.Output{component.Data: {{Name: "id"}}},
	}
	for name, test := range map[string]struct {
		outs  []component.Output
		reads map[string][]string // by stack
		err   string
	}{
		"nothing":       {outs: []component.Output{{}, in(component.Data)}, reads: map[string][]string{}},
		"one stack":     {outs: []component.Output{in(component.Data, module("a")), in(component.Data, module("b"))}, reads: map[string][]string{component.Data: nil}},
		"reads":         {outs: []component.Output{in(component.Data, reader(component.Foundation))}, reads: map[string][]string{component.Data: {component.Foundation}}},
		"module twice":  {outs: []component.Output{in(component.Data, module("a")), in(component.Data, module("b"), module("a"))}, err: `two components call the module "a" in the stack data`},
		"output twice":  {outs: []component.Output{output, {Outputs: output.Outputs}}, err: `two components define the output "id" of the stack data`},
		"unknown stack": {outs: []component.Output{in("other", module("a"))}, err: `a component adds to the stack "other", which is not known`},
		"reads itself":  {outs: []component.Output{in(component.Data, reader(component.Data))}, err: `the module "reader" of the stack data refers to the stack "data", which is not applied before it`},
		"reads a later": {outs: []component.Output{in(component.Foundation, reader(component.Data))}, err: `the module "reader" of the stack foundation refers to the stack "data", which is not applied before it`},
	} {
		t.Run(name, func(t *testing.T) {
			stacks, err := stacksOf(platform(t, "prod-seoul"), test.outs)
			if err != nil {
				if err.Error() != test.err {
					t.Fatalf("stacksOf:\n got %v\nwant %s", err, test.err)
				}
				return
			}
			if test.err != "" {
				t.Fatalf("stacksOf took it, want %s", test.err)
			}
			got := map[string][]string{}
			for _, stack := range stacks {
				got[stack.Name] = nil
				for _, read := range stack.Reads {
					got[stack.Name] = append(got[stack.Name], read.Stack)
					want := terraform.RemoteState{Stack: read.Stack, Bucket: "prod-seoul-tfstate-111122223333", Key: "prod-seoul/" + read.Stack + ".tfstate", Region: "ap-northeast-2"}
					if read != want {
						t.Errorf("%s reads %v, want %v", stack.Name, read, want)
					}
				}
			}
			if diff := cmp.Diff(test.reads, got); diff != "" {
				t.Errorf("stacks and what they read (-want +got):\n%s", diff)
			}
		})
	}
}

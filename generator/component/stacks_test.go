package component

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lakewright/lakewright/generator/emit/terraform"
)

func TestStacks(t *testing.T) {
	p := platform(t, "prod-seoul")
	stacks, err := Stacks(p, outputs(p))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, stack := range stacks {
		for _, m := range stack.Modules {
			got[stack.Name] = append(got[stack.Name], m.Name)
		}
	}
	want := map[string][]string{
		Foundation: {"aws_load_balancer_controller", "cert_manager", "eks", "external_secrets", "karpenter", "network"},
		Data:       {"bucket_events", "bucket_lake", "workload_order_api"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("module calls (-want +got):\n%s", diff)
	}

	foundation, data := stacks[0], stacks[1]
	foundation.Modules, data.Modules = nil, nil
	wantData := terraform.Stack{
		Name:        Data,
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
	wantNames := []string{
		"cluster_certificate_authority_data", "cluster_endpoint", "cluster_name", "cluster_security_group_id",
		"oidc_issuer_url", "private_subnet_ids", "public_subnet_ids", "vpc_id",
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
	in := func(stack string, modules ...terraform.Module) Output {
		return Output{Modules: map[string][]terraform.Module{stack: modules}}
	}
	output := Output{
		Modules: map[string][]terraform.Module{Data: {module("a")}},
		Outputs: map[string][]terraform.Output{Data: {{Name: "id"}}},
	}
	for name, test := range map[string]struct {
		outs  []Output
		reads map[string][]string // by stack
		err   string
	}{
		"nothing":       {outs: []Output{{}, in(Data)}, reads: map[string][]string{}},
		"one stack":     {outs: []Output{in(Data, module("a")), in(Data, module("b"))}, reads: map[string][]string{Data: nil}},
		"reads":         {outs: []Output{in(Data, reader(Foundation))}, reads: map[string][]string{Data: {Foundation}}},
		"module twice":  {outs: []Output{in(Data, module("a")), in(Data, module("b"), module("a"))}, err: `two components call the module "a" in the stack data`},
		"output twice":  {outs: []Output{output, {Outputs: output.Outputs}}, err: `two components define the output "id" of the stack data`},
		"unknown stack": {outs: []Output{in("other", module("a"))}, err: `a component adds to the stack "other", which is not known`},
		"reads itself":  {outs: []Output{in(Data, reader(Data))}, err: `the module "reader" of the stack data refers to the stack "data", which is not applied before it`},
		"reads a later": {outs: []Output{in(Foundation, reader(Data))}, err: `the module "reader" of the stack foundation refers to the stack "data", which is not applied before it`},
	} {
		t.Run(name, func(t *testing.T) {
			stacks, err := Stacks(platform(t, "prod-seoul"), test.outs)
			if err != nil {
				if err.Error() != test.err {
					t.Fatalf("Stacks:\n got %v\nwant %s", err, test.err)
				}
				return
			}
			if test.err != "" {
				t.Fatalf("Stacks took it, want %s", test.err)
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

func TestLocalHasNoTerraform(t *testing.T) {
	p := withWorkloads(platform(t, "local"))
	p.NodePools = platform(t, "prod-seoul").NodePools
	p.Addons = platform(t, "prod-seoul").Addons
	outs := outputs(p)
	stacks, err := Stacks(p, outs)
	if err != nil || len(stacks) > 0 {
		t.Errorf("Stacks = %v, %v, want none", stacks, err)
	}
	for _, out := range outs {
		if len(out.Policies) > 0 {
			t.Errorf("there are policies: %v", out.Policies)
		}
	}
}

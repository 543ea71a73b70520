package generator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/lakewright/lakewright/generator/component"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// stackOrder lists the stacks as they are applied: each may read the outputs of
// those before it.
var stackOrder = []string{component.Foundation, component.Data}

// stacksOf gathers what components add to the Terraform stacks, in the order in
// which the stacks are applied. A stack without a module call is left out. It
// is an error when two components call a module or define an output by the same
// name, when one adds to a stack that is not known, and when a module refers to
// a stack that is applied no earlier than its own.
func stacksOf(p *model.Platform, outs []component.Output) ([]terraform.Stack, error) {
	modules, outputs := map[string][]terraform.Module{}, map[string][]terraform.Output{}
	for _, out := range outs {
		for _, stack := range slices.Sorted(maps.Keys(out.Modules)) {
			if !slices.Contains(stackOrder, stack) {
				return nil, fmt.Errorf("a component adds to the stack %q, which is not known", stack)
			}
			modules[stack] = append(modules[stack], out.Modules[stack]...)
		}
		for stack := range out.Outputs {
			outputs[stack] = append(outputs[stack], out.Outputs[stack]...)
		}
	}
	var stacks []terraform.Stack
	for i, name := range stackOrder {
		calls, results := modules[name], outputs[name]
		if len(calls) == 0 {
			continue
		}
		slices.SortFunc(calls, func(a, b terraform.Module) int { return cmp.Compare(a.Name, b.Name) })
		slices.SortFunc(results, func(a, b terraform.Output) int { return cmp.Compare(a.Name, b.Name) })
		for j := range calls[1:] {
			if calls[j].Name == calls[j+1].Name {
				return nil, fmt.Errorf("two components call the module %q in the stack %s", calls[j].Name, name)
			}
		}
		for j := 1; j < len(results); j++ {
			if results[j-1].Name == results[j].Name {
				return nil, fmt.Errorf("two components define the output %q of the stack %s", results[j].Name, name)
			}
		}
		reads, err := remoteStates(p, name, calls, stackOrder[:i])
		if err != nil {
			return nil, err
		}
		stacks = append(stacks, terraform.Stack{
			Name:        name,
			Source:      p.At("name").File,
			Region:      p.Cloud.AWS.Region,
			Account:     p.Cloud.AWS.Account,
			Tags:        p.Tags(),
			StateBucket: p.StateBucket(),
			StateKey:    p.StateKey(name),
			Modules:     calls,
			Outputs:     results,
			Reads:       reads,
		})
	}
	return stacks, nil
}

// remoteStates returns the states of the stacks that module calls refer to, in
// the order in which they are applied.
func remoteStates(p *model.Platform, stack string, calls []terraform.Module, earlier []string) ([]terraform.RemoteState, error) {
	referred := map[string]bool{}
	for _, call := range calls {
		for _, other := range call.Reads() {
			if !slices.Contains(earlier, other) {
				return nil, fmt.Errorf("the module %q of the stack %s refers to the stack %q, which is not applied before it", call.Name, stack, other)
			}
			referred[other] = true
		}
	}
	var states []terraform.RemoteState
	for _, other := range earlier {
		if referred[other] {
			states = append(states, terraform.RemoteState{
				Stack: other, Bucket: p.StateBucket(), Key: p.StateKey(other), Region: p.Cloud.AWS.Region,
			})
		}
	}
	return states, nil
}

package check

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var terraformInputs = Rule{
	Code:    "terraform-inputs",
	Summary: "A component's Terraform inputs have names that a variable can have, and refer to what the foundation stack has.",
	Reason: "Inputs become arguments of a module block, in which Terraform keeps some names for itself. " +
		"An input that is \"${foundation.<output>}\" as a whole is the output's value, of any type. Within a longer string it would reach the module as the text that it is, so it is refused there.",
	Sources: []string{
		"https://developer.hashicorp.com/terraform/language/block/variable",
		"https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers",
	},
	check: checkTerraformInputs,
}

// moduleArguments are the names that Terraform keeps for itself in a module block.
// Source: https://developer.hashicorp.com/terraform/language/block/variable
var moduleArguments = []string{"count", "depends_on", "for_each", "lifecycle", "locals", "providers", "source", "version"}

// variableName is what Terraform takes for the name of a variable, in ASCII.
// Source: https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func checkTerraformInputs(p *pass) {
	for _, name := range p.components {
		call := p.Custom[name].Terraform
		if call == nil {
			continue
		}
		for _, input := range keys(call.Inputs) {
			path := []string{"custom", name, "terraform", "inputs", input}
			switch {
			case slices.Contains(moduleArguments, input):
				p.report(diag.Diagnostic{
					Summary: field(path...) + " has a name that Terraform keeps for module blocks",
					Found:   input,
					Allowed: "any name but " + join(moduleArguments),
					Hint:    "rename the variable in " + call.Source,
				}, path...)
			case !variableName.MatchString(input):
				p.report(diag.Diagnostic{
					Summary: field(path...) + " has a name that no variable can have",
					Found:   input,
					Allowed: "letters, digits, dashes and underscores, first a letter or an underscore",
				}, path...)
			}
			p.checkReferences(call.Inputs[input], path...)
		}
	}
}

// toFoundation finds what is meant to be a reference to the foundation stack.
var toFoundation = regexp.MustCompile(`\$\{\s*foundation\s*\.`)

// checkReferences checks every string at or below a value.
func (p *pass) checkReferences(value any, path ...string) {
	at := func(name string) []string { return append(path[:len(path):len(path)], name) }
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			p.checkReferences(v, at(name)...)
		}
	case []any:
		for i, v := range value {
			p.checkReferences(v, at(strconv.Itoa(i))...)
		}
	case string:
		output, ok := model.FoundationReference(value)
		switch {
		case ok:
			p.checkOutput(output, value, path...)
		case toFoundation.MatchString(value):
			p.report(diag.Diagnostic{
				Summary: field(path...) + " has a reference that is not the whole string",
				Found:   value,
				Allowed: `a string that is nothing but the reference, such as "${foundation.vpc_id}"`,
				Hint:    "give the module the output in an input of its own and put the string together there",
			}, path...)
		}
	}
}

// checkOutput reports a reference to an output that the foundation stack does not have.
func (p *pass) checkOutput(output, reference string, path ...string) {
	var names []string
	for _, o := range model.FoundationOutputs {
		names = append(names, o.Name)
	}
	if slices.Contains(names, output) {
		return
	}
	p.report(diag.Diagnostic{
		Summary: field(path...) + " refers to an output that the foundation stack does not have",
		Found:   reference,
		Allowed: "the outputs " + join(names),
		Hint:    didYouMean(output, names, ""),
	}, path...)
}

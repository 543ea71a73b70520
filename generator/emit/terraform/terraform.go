// Package terraform turns typed module calls into Terraform JSON roots.
package terraform

// A Stack is one Terraform root with a state of its own.
type Stack struct {
	// Name is its folder below generated/terraform.
	Name string
	// Source is the CUE file that the stack comes from, for the generated
	// file's first line.
	Source string
	// Region, Account and Tags configure the AWS provider: a plan for another
	// account than Account is refused by allowed_account_ids.
	Region  string
	Account string
	Tags    map[string]string
	// StateBucket and StateKey say where the S3 backend keeps the state. The
	// backend locks with its own lock file.
	StateBucket string
	StateKey    string
	Modules     []Module
	// Outputs are what later stacks and people read.
	Outputs []Output
	// Reads are the stacks whose outputs this one's references name with [StackOutput].
	Reads []RemoteState
}

// A Module is a call of a Terraform module.
type Module struct {
	// Name is the call's name, a Terraform identifier.
	Name string
	// Source is the module's folder in the repository, such as "modules/network".
	Source string
	// Inputs are the module's variables: booleans, numbers, strings, slices and
	// maps with string keys, [Reference] where the value is an expression, and
	// [JSON] where the variable takes a JSON text. Strings are literals: "${" in
	// them is escaped.
	Inputs map[string]any
}

// An Output is an output value of a stack.
type Output struct {
	Name        string
	Description string
	Value       Reference
}

// A RemoteState is another stack's state, read for its outputs.
type RemoteState struct {
	Stack  string
	Bucket string
	Key    string
	Region string
}

// A Reference is an attribute of a named object in Terraform's expression
// syntax, such as "module.network.vpc_id".
type Reference string

// String returns r as Terraform interpolates it into a string.
func (r Reference) String() string { return "${" + string(r) + "}" }

// JSON is an input that holds Value, which may contain references, as a JSON
// text. A reference becomes part of a JSON string, so it has to yield a string
// that JSON takes unescaped, as IDs and ARNs are.
type JSON struct{ Value any }

// ModuleOutput refers to an output of a module call in the same stack.
func ModuleOutput(module, output string) Reference {
	return Reference("module." + module + "." + output)
}

// StackOutput refers to an output of another stack, which [Stack.Reads] must name.
func StackOutput(stack, output string) Reference {
	return Reference(remoteState + stack + ".outputs." + output)
}

const remoteState = "data.terraform_remote_state."

package change

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	tfjson "github.com/hashicorp/terraform-json"
)

// A PlanAction is what Terraform plans to do with a resource.
type PlanAction string

const (
	Create  PlanAction = "create"
	Update  PlanAction = "update"
	Replace PlanAction = "replace"
	Delete  PlanAction = "delete"
	Forget  PlanAction = "forget" // It leaves the state and stays in the cloud.
	Read    PlanAction = "read"
	NoOp    PlanAction = "no-op"
)

// planActions are in the order of the views.
var planActions = []PlanAction{Create, Update, Replace, Delete, Forget, Read, NoOp}

// ActionCounts are numbers of resources by action. An action that does not occur
// has no key.
type ActionCounts map[PlanAction]int

// Total returns the number of resources.
func (c ActionCounts) Total() int {
	total := 0
	for _, n := range c {
		total += n
	}
	return total
}

// A PlanSummary is what the plan of one Terraform stack does.
type PlanSummary struct {
	Stack   string       `json:"stack"`
	Actions ActionCounts `json:"actions"`
	// Types are the counts by resource type, with "data." before the type of a
	// data source.
	Types map[string]ActionCounts `json:"types"`
	// Resources are sorted by address.
	Resources []PlannedResource `json:"resources"`
}

// A PlannedResource is a resource instance in a plan.
type PlannedResource struct {
	// Address is absolute. A deposed object has its key behind it.
	Address string     `json:"address"`
	Type    string     `json:"type"`
	Action  PlanAction `json:"action"`
}

// A PlanReport holds the plans of an environment's stacks, in the order in which
// they are applied.
type PlanReport struct {
	Environment string        `json:"environment"`
	Stacks      []PlanSummary `json:"stacks"`
}

// Plan sums up a plan, as "terraform show -json" has it.
func Plan(stack string, p *tfjson.Plan) PlanSummary {
	s := PlanSummary{
		Stack:     stack,
		Actions:   ActionCounts{},
		Types:     map[string]ActionCounts{},
		Resources: []PlannedResource{},
	}
	for _, c := range p.ResourceChanges {
		r := PlannedResource{Address: c.Address, Type: c.Type, Action: planAction(c.Change.Actions)}
		if c.Mode == tfjson.DataResourceMode {
			r.Type = "data." + c.Type
		}
		if c.DeposedKey != "" {
			r.Address += " (deposed object " + c.DeposedKey + ")"
		}
		s.Resources = append(s.Resources, r)
		if s.Types[r.Type] == nil {
			s.Types[r.Type] = ActionCounts{}
		}
		s.Types[r.Type][r.Action]++
		s.Actions[r.Action]++
	}
	slices.SortFunc(s.Resources, func(a, b PlannedResource) int { return cmp.Compare(a.Address, b.Address) })
	return s
}

// planAction names the combinations that a plan may have: two actions, such as
// delete and create in either order, replace a resource.
// https://developer.hashicorp.com/terraform/internals/json-format#change-representation
func planAction(actions tfjson.Actions) PlanAction {
	if len(actions) == 1 {
		return PlanAction(actions[0])
	}
	return Replace
}

// Actions returns the counts of all stacks.
func (r *PlanReport) Actions() ActionCounts {
	total := ActionCounts{}
	for _, s := range r.Stacks {
		for action, n := range s.Actions {
			total[action] += n
		}
	}
	return total
}

// Text writes the plans for a terminal: a table of resource types by action,
// then the resources that exist and will not stay as they are.
func (r *PlanReport) Text(w io.Writer, o Options) error {
	total := r.Actions()
	if total.Total() == total[NoOp] {
		_, err := fmt.Fprintln(w, noChanges)
		return err
	}
	var b bytes.Buffer
	r.table(&b, total, o)
	for _, action := range []PlanAction{Update, Replace, Delete, Forget} {
		var addresses []string
		for _, s := range r.Stacks {
			for _, p := range s.Resources {
				if p.Action == action {
					addresses = append(addresses, printable(s.Stack+": "+p.Address))
				}
			}
		}
		if len(addresses) > 0 {
			fmt.Fprintf(&b, "\n%s\n  %s\n", o.paint(actionColors[action], string(action)), strings.Join(addresses, "\n  "))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// table writes a row a stack and, indented, a row a resource type.
func (r *PlanReport) table(b *bytes.Buffer, total ActionCounts, o Options) {
	type row struct {
		name, color string
		counts      ActionCounts
	}
	var rows []row
	for _, s := range r.Stacks {
		rows = append(rows, row{printable(s.Stack), bold, s.Actions})
		for _, t := range sortedKeys(s.Types) {
			rows = append(rows, row{"  " + printable(t), "", s.Types[t]})
		}
	}
	rows = append(rows, row{"total", bold, total})
	environment := printable(r.Environment)
	width := utf8.RuneCountInString(environment)
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row.name))
	}
	columns := slices.DeleteFunc(slices.Clone(planActions), func(a PlanAction) bool { return total[a] == 0 })
	cell := func(a PlanAction, s string) string {
		return fmt.Sprintf("  %*s", max(len(a), len(fmt.Sprint(total[a]))), s)
	}

	b.WriteString(o.paint(bold, fmt.Sprintf("%-*s", width, environment)))
	for _, a := range columns {
		b.WriteString(o.paint(actionColors[a], cell(a, string(a))))
	}
	for _, row := range rows {
		b.WriteString("\n" + o.paint(row.color, fmt.Sprintf("%-*s", width, row.name)))
		for _, a := range columns {
			n := "-"
			if row.counts[a] > 0 {
				n = fmt.Sprint(row.counts[a])
			}
			b.WriteString(cell(a, n))
		}
	}
	b.WriteByte('\n')
}

var actionColors = map[PlanAction]string{Create: green, Update: amber, Replace: red, Delete: red, Forget: red}

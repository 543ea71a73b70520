// Package check holds the rules that no single value can break: references,
// limits, capacities and names, across components and against the repository.
package check

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

// An Input is an environment together with where it comes from.
type Input struct {
	Platform *model.Platform
	// Environment is the name of the folder that holds the environment.
	Environment string
	// Repository is the root of the user's Git work tree. Rules read the charts
	// and modules that the platform names through it.
	Repository fs.FS
}

// A Rule is one thing that is checked.
type Rule struct {
	// Code is the rule's name in kebab-case, as diagnostics carry it.
	Code string `json:"code"`
	// Summary says in one line what must hold.
	Summary string `json:"summary"`
	// Reason says why, in a paragraph.
	Reason string `json:"reason"`
	// Sources are the documents that the rule follows.
	Sources []string `json:"sources,omitempty"`

	// aws is set for a rule on what local clusters do not have.
	aws   bool
	check func(p *pass)
}

// Rules returns every rule, sorted by code.
func Rules() []Rule {
	return []Rule{
		accessEntry,
		awsTags,
		bucketName,
		bucketReference,
		chartSource,
		cidrCapacity,
		cidrForm,
		cidrLayout,
		cloudKind,
		disruptionBudget,
		environmentName,
		expireGrace,
		instanceTypes,
		nameTooLong,
		namespaceOwner,
		nodepoolSelector,
		oneOwner,
		poolLimits,
		privateCharts,
		publicEndpoint,
		quantity,
		regionPartition,
		repetition,
		repositoryPath,
		reservedLabel,
		secretLiteral,
		spotSafety,
		systemNodes,
		terraformInputs,
		versionMatrix,
		zones,
	}
}

// Run checks an environment against every rule and returns every problem,
// sorted. It takes any platform that the schema admits.
func Run(in Input) diag.List {
	p := &pass{
		Platform: in.Platform, environment: in.Environment, repository: in.Repository,
		components: keys(in.Platform.Custom), derived: in.Platform.DerivedNames(),
	}
	for _, rule := range Rules() {
		if rule.aws && p.Cloud.AWS == nil {
			continue
		}
		p.code = rule.Code
		rule.check(p)
	}
	return p.problems.Sort()
}

// A pass is one run of the rules over one environment.
type pass struct {
	*model.Platform
	environment string
	repository  fs.FS
	components  []string // the names of Custom, sorted
	derived     []model.DerivedName

	code     string
	problems diag.List
}

// report adds a problem with the value at path. It is an error unless d says
// otherwise.
func (p *pass) report(d diag.Diagnostic, path ...string) {
	d.Code, d.Position = p.code, p.At(path...)
	if d.Severity == "" {
		d.Severity = diag.Error
	}
	p.problems = append(p.problems, d)
}

// related is a second place that a problem speaks of.
func (p *pass) related(note string, path ...string) diag.Related {
	return diag.Related{Position: p.At(path...), Note: note}
}

// among says which names may stand somewhere and where they are declared:
// "node pools core, spark (environments/dev/platform.cue:4:2)".
func (p *pass) among(kind string, names []string, path ...string) string {
	if len(names) == 0 {
		return "nothing: no entry of " + field(path...) + " fits"
	}
	return p.where(kind+" "+join(names), path...)
}

// where puts the position of the value at path behind a text.
func (p *pass) where(text string, path ...string) string {
	if at := p.At(path...); !at.IsZero() {
		return text + " (" + at.String() + ")"
	}
	return text
}

// field writes a path as CUE does, list indices in brackets.
func field(path ...string) string {
	var b strings.Builder
	for i, name := range path {
		switch {
		case strings.Trim(name, "0123456789") == "" && name != "":
			b.WriteString("[" + name + "]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		if strings.ContainsFunc(name, notIdentifier) || name == "" {
			fmt.Fprintf(&b, "%q", name)
		} else {
			b.WriteString(name)
		}
	}
	return b.String()
}

func notIdentifier(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '$')
}

// join lists names for a reader, the first few of many.
func join(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// didYouMean is the hint for a name that is not among the candidates, or
// otherwise where none is near.
func didYouMean(name string, candidates []string, otherwise string) string {
	if near := diag.Nearest(name, candidates); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// count writes a number with its noun: "1 zone", "3 zones".
func count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "ss"); ok {
		noun = stem + "sse"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

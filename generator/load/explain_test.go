package load

import (
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/token"

	"cuelang.org/go/cue/ast"
)

// schemaFields calls visit for every field of the schema, with its path.
func schemaFields(visit func(path []string, s *schemaIndex, f schemaField)) {
	s := parseSchema()
	var walk func(path []string, f schemaField)
	walk = func(path []string, f schemaField) {
		for _, c := range s.fields(f) {
			c, _ := s.child(f, c.name)
			below := append(slices.Clone(path), c.name)
			visit(below, s, c)
			walk(below, c)
		}
	}
	walk(nil, s.platform())
}

// TestSchemaCompiles also holds that the schema without defaults does.
func TestSchemaCompiles(t *testing.T) {
	for name, s := range map[string]*schemaIndex{"schema": parseSchema(), "without defaults": parseSchemaWithoutDefaults()} {
		b := newBuilder(nil, s)
		if !b.admits(schemaField{}, "1") || b.admits(s.platform(), "1") {
			t.Errorf("%s: 1 is no platform", name)
		}
		if err := b.scope.Validate(cue.All()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := b.scope.LookupPath(cue.ParsePath("#Platform")); !d.Exists() {
			t.Errorf("%s: no #Platform", name)
		}
	}
}

func TestSchemaIsDocumented(t *testing.T) {
	count := 0
	schemaFields(func(path []string, s *schemaIndex, f schemaField) {
		count++
		name := strings.Join(path, ".")
		got, problems := Explain(name)
		if problems != nil {
			t.Errorf("%s is not reachable: %v", name, problems)
			return
		}
		if f.name != anyIndex && got.Text == "" {
			t.Errorf("%s says nothing", name)
		}
		if got.Type == "" && !slices.ContainsFunc(f.exprs, func(x ast.Expr) bool { return cueText(x) == "_" }) {
			t.Errorf("%s does not say what it takes", name)
		}
		if strings.Contains(got.Type, "=~") || strings.Contains(got.Type, "^") || strings.Contains(got.Type, "#") {
			t.Errorf("%s describes its type in CUE: %s", name, got.Type)
		}
		if strings.HasPrefix(got.Type, "a whole number from") && got.Unit == "" {
			t.Errorf("%s is a number and has no unit", name)
		}
	})
	if count < 100 {
		t.Errorf("%d fields, want more than 100", count)
	}
}

// TestExamples holds that what the schema gives as an example is allowed there.
func TestExamples(t *testing.T) {
	b := newBuilder(nil, parseSchema())
	count := 0
	check := func(name string, f schemaField, doc Doc) {
		if doc.Example == "" {
			return
		}
		count++
		if !b.admits(f, doc.Example) {
			t.Errorf("the example of %s is not allowed there: %s", name, doc.Example)
		}
	}
	schemaFields(func(path []string, s *schemaIndex, f schemaField) {
		check(strings.Join(path, "."), f, parseDoc(f.doc))
	})
	for name, definitions := range b.schema.definitions {
		for _, d := range definitions {
			check(name, schemaField{exprs: []ast.Expr{d.expr}}, parseDoc(d.doc))
		}
	}
	if count < 20 {
		t.Errorf("%d examples, want more than 20", count)
	}
}

// TestDefaults holds that a default beside a type is of that type: what is said
// of such a field leaves the default out.
func TestDefaults(t *testing.T) {
	b := newBuilder(nil, parseSchema())
	count := 0
	schemaFields(func(path []string, s *schemaIndex, f schemaField) {
		for _, x := range f.exprs {
			if len(alternatives(x)) == len(chain(x, token.OR)) {
				continue
			}
			for _, a := range chain(x, token.OR) {
				value, marked := unmark(a)
				if !marked {
					continue
				}
				count++
				if types := ast.NewBinExpr(token.OR, alternatives(x)...); !b.admits(schemaField{exprs: []ast.Expr{types}}, cueText(value)) {
					t.Errorf("%s: the default %s is not one of the alternatives", strings.Join(path, "."), cueText(value))
				}
			}
		}
	})
	if count < 10 {
		t.Errorf("%d defaults, want more than 10", count)
	}
}

func TestExplain(t *testing.T) {
	tests := map[string]struct {
		want Field // Fields and Position aside
		// fields are the names below.
		fields string
	}{
		"": {
			want:   Field{Type: "a struct of addons, cluster, custom, buckets, network, nodePools, karpenter, name, cloud, repository, teams", Doc: Doc{Text: "The description of one environment."}},
			fields: "addons cluster custom buckets network nodePools karpenter name cloud repository teams",
		},
		"name": {want: Field{
			Path: "name", Required: true,
			Type: `a name of lower case letters, digits and dashes that begins with a letter and does not end with a dash, such as "data-science"`,
			Doc: Doc{
				Text:    "The environment's name, equal to its folder below environments.",
				Derives: "the EKS cluster's name and the first part of every IAM role, queue and bucket name.", Example: `"prod-seoul"`,
			},
		}},
		"nodePools.spark.limits.cpu": {want: Field{
			Path: "nodePools.spark.limits.cpu", Required: true, Type: "a whole number from 1 to 1000000",
			Doc: Doc{Text: "What their processors may add up to.", Unit: "vCPUs"},
		}},
		"nodePools.spark.limits": {
			want:   Field{Path: "nodePools.spark.limits", Required: true, Type: "a struct of cpu, memory", Doc: Doc{Text: "What all nodes of the pool together may add up to."}},
			fields: "cpu memory",
		},
		"nodePools.spark.capacity[0]": {want: Field{
			Path: "nodePools.spark.capacity[0]", Type: `"on-demand" or "spot"`, Doc: Doc{Text: "How a node is bought."},
		}},
		"network.nat": {want: Field{
			Path: "network.nat", Type: `one of "per-zone", "single", "none"`, Default: `"per-zone"`,
			Doc: Doc{
				Text:    "How private subnets reach the internet: a NAT gateway in each zone, one for all zones, or not at all.",
				Derives: `with "none", every VPC endpoint that a private cluster needs, and no public subnets.`,
			},
		}},
		"network.subnets.private.prefix": {want: Field{
			Path: "network.subnets.private.prefix", Type: "a whole number from 16 to 28", Default: "19",
			Doc: Doc{Text: "The size of each zone's subnet.", Unit: "bits of the network prefix"},
		}},
		`cluster.addons."vpc-cni".version`: {want: Field{
			Path: `cluster.addons."vpc-cni".version`, Type: `a version of an EKS add-on, such as "v1.20.1-eksbuild.3"`,
			Doc: Doc{Text: "The add-on's version as EKS names it.", Derives: "where it is not set, EKS's default for the cluster's version.", Example: `"v1.20.1-eksbuild.3"`},
		}},
		"teams.<name>.owners": {want: Field{
			Path: `teams."<name>".owners`, Default: "[]", Type: `a list, each the name of a group of the single sign-on, without spaces and commas, such as "ads-engineers"`,
			Doc: Doc{Text: "Groups of the single sign-on whose members may see and sync the team's Applications in Argo CD.", Example: `["ads-engineers"]`},
		}},
	}
	for path, test := range tests {
		t.Run(path, func(t *testing.T) {
			got, problems := Explain(path)
			if problems != nil {
				t.Fatal(problems)
			}
			var names []string
			for _, f := range got.Fields {
				names = append(names, f.Path)
			}
			if fields := strings.Join(names, " "); test.fields != "" && fields != test.fields {
				t.Errorf("fields %s, want %s", fields, test.fields)
			}
			if path != "" && !strings.HasPrefix(got.Position.File, "schema/v1alpha1/") {
				t.Errorf("position %s", got.Position)
			}
			got.Fields, got.Position = nil, test.want.Position
			if got.Path != test.want.Path || got.Required != test.want.Required || got.Type != test.want.Type || got.Default != test.want.Default || got.Doc != test.want.Doc {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestExplainUnknown(t *testing.T) {
	tests := map[string]struct{ summary, hint string }{
		"nodePool":                     {"unknown field nodePool in the platform", "did you mean nodePools?"},
		"nodePools.spark.familys":      {"unknown field familys in nodePools.spark", "did you mean families?"},
		"cluster.endpoint.public.x":    {"unknown field x in cluster.endpoint.public", ""},
		"addons.keda.values.anything":  {"unknown field anything in addons.keda.values", ""},
		`addons."cert_manager".values`: {"unknown field cert_manager in addons", "did you mean cert-manager?"},
		"..":                           {"", ""},
	}
	for path, want := range tests {
		t.Run(path, func(t *testing.T) {
			_, problems := Explain(path)
			if want.summary == "" {
				if problems != nil {
					t.Error(problems)
				}
				return
			}
			if len(problems) != 1 || problems[0].Summary != want.summary || problems[0].Hint != want.hint {
				t.Errorf("got %+v, want %+v", problems, want)
			}
		})
	}
}

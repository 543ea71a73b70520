package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var oneOwner = Rule{
	Code:    "one-owner",
	Summary: "Every namespace, name and principal belongs to one thing.",
	Reason: "Two parts of the description that stand for one object fight over it: two Argo CD Applications sync it back and forth, two Terraform resources replace each other, " +
		"and EKS refuses a second access entry for a principal. Names are compared after derivation, since different fields can make the same name.",
	Sources: []string{
		"https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found",
		"https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html",
		"https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
	},
	check: checkOneOwner,
}

// kubernetesNamespaces are those that every cluster has. So is every name that
// begins with kube- Kubernetes' own.
var kubernetesNamespaces = []string{"default", "kube-node-lease", "kube-public", model.SystemNamespace}

func checkOneOwner(p *pass) {
	p.checkDerived()
	p.checkPrincipals()
	for _, team := range keys(p.Teams) {
		for _, namespace := range p.TeamNamespaces(team) {
			if isKubernetesNamespace(namespace) {
				path := p.namespacePath(team, namespace)
				p.report(diag.Diagnostic{
					Summary: field(path...) + " is a namespace of Kubernetes, which no team owns",
					Found:   namespace,
					Allowed: "any name but default and those that begin with kube-",
				}, path...)
			}
		}
	}
	if _, ok := p.NodePools[model.SystemPool]; ok {
		p.report(diag.Diagnostic{
			Summary: field("nodePools", model.SystemPool) + " has the name of the managed node group",
			Found:   model.SystemPool,
			Allowed: "any other name: nodes carry it in the label " + model.PoolLabel,
			Hint:    "choose another name, such as core",
		}, "nodePools", model.SystemPool)
	}
}

// checkDerived reports names of one kind that two fields make.
func (p *pass) checkDerived() {
	type identity struct{ what, value string }
	first := map[identity][]string{} // the path of the first that made the name
	for _, n := range p.derived {
		path := n.Path
		if n.Kind == model.NamespaceName && path[0] == "teams" {
			path = p.namespacePath(path[1], n.Value)
		}
		id := identity{n.Kind.What, n.Value}
		other, taken := first[id]
		if !taken {
			first[id] = path
			continue
		}
		if n.Kind == model.NamespaceName && isKubernetesNamespace(n.Value) {
			continue
		}
		if len(path) < len(other) || path[0] == "addons" {
			path, other = other, path // Report the field that names it, and not what derives it.
		}
		d := diag.Diagnostic{
			Summary: field(path...) + " and " + field(other...) + " both stand for the " + n.Kind.What + " " + n.Value,
			Found:   n.Value,
			Allowed: "names that differ after derivation",
			Hint:    "rename one of them",
			Related: []diag.Related{p.related("the other", other...)},
		}
		if len(other) == 1 {
			d.Summary = field(path...) + " stands for the platform's own " + n.Kind.What + " " + n.Value
			d.Hint, d.Related = "choose another name", nil
		}
		p.report(d, path...)
	}
}

func isKubernetesNamespace(name string) bool {
	return name == "default" || strings.HasPrefix(name, "kube-")
}

// checkPrincipals reports an IAM principal with two access entries.
func (p *pass) checkPrincipals() {
	first := map[string]string{}
	for _, name := range keys(p.Cluster.Access) {
		principal := p.Cluster.Access[name].Principal
		other, taken := first[principal]
		if !taken {
			first[principal] = name
			continue
		}
		p.report(diag.Diagnostic{
			Summary: field("cluster", "access", name) + " and " + field("cluster", "access", other) + " are the same principal",
			Found:   principal,
			Allowed: "one access entry for each principal",
			Hint:    "put the groups and policies of both into one",
			Related: []diag.Related{p.related("the other", "cluster", "access", other, "principal")},
		}, "cluster", "access", name, "principal")
	}
}

// namespacePath is the path of the field that gives a team a namespace.
func (p *pass) namespacePath(team, namespace string) []string {
	if i := slices.Index(p.Teams[team].Namespaces, namespace); i >= 0 {
		return []string{"teams", team, "namespaces", strconv.Itoa(i)}
	}
	return []string{"teams", team}
}

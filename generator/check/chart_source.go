package check

import "github.com/lakewright/lakewright/generator/diag"

var chartSource = Rule{
	Code:    "chart-source",
	Summary: "An upstream chart has a repository and a version; a chart of this repository has neither.",
	Reason: "Argo CD takes an upstream chart at a pinned version, so that two syncs of one commit deploy the same. " +
		"A chart in the Git repository is pinned by the commit itself, and a version beside it would be ignored.",
	Sources: []string{"https://argo-cd.readthedocs.io/en/stable/user-guide/helm/"},
	check:   checkChartSource,
}

func checkChartSource(p *pass) {
	for _, name := range p.components {
		c := p.Custom[name]
		switch {
		case c.Upstream() && c.Version == "":
			p.report(diag.Diagnostic{
				Summary: field("custom", name, "version") + " is required beside repository and is not written",
				Hint:    `add the chart's version, for example version: "1.2.3"`,
				Related: []diag.Related{p.related("repository", "custom", name, "repository")},
			}, "custom", name)
		case !c.Upstream() && c.Version != "":
			p.report(diag.Diagnostic{
				Summary: field("custom", name, "version") + " is written without repository",
				Found:   c.Version,
				Hint:    "add repository for an upstream chart, or remove version for a chart of this repository",
			}, "custom", name, "version")
		}
	}
}

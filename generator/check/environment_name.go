package check

import "github.com/lakewright/lakewright/generator/diag"

var environmentName = Rule{
	Code:    "environment-name",
	Summary: "A platform has the name of its folder.",
	Reason: "Commands name an environment by its folder, and the cloud names the cluster, its roles and its buckets by name. " +
		"If the two differ, somebody sooner or later changes the wrong cluster; a folder copied to start a new environment would take over the old one's resources.",
	check: checkEnvironmentName,
}

func checkEnvironmentName(p *pass) {
	if p.Name == p.environment {
		return
	}
	p.report(diag.Diagnostic{
		Summary: "name differs from the environment's folder",
		Found:   p.Name,
		Allowed: p.environment,
		Hint:    "write name: \"" + p.environment + "\", or rename the folder",
	}, "name")
}

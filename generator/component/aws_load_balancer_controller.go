package component

import (
	"github.com/argoproj/argo-cd/v2/pkg/apis/application/v1alpha1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/lakewright/lakewright/generator/emit/argocd"
	"github.com/lakewright/lakewright/generator/emit/terraform"
	"github.com/lakewright/lakewright/generator/model"
)

// awsLoadBalancerController makes load balancers for Services and Ingresses.
// Source: https://github.com/aws/eks-charts/blob/master/stable/aws-load-balancer-controller/values.yaml
func awsLoadBalancerController(p *model.Platform) Output {
	addon, ok := p.InstalledAddon("aws-load-balancer-controller")
	if !ok {
		return Output{}
	}
	tags := model.Values{}
	for key, value := range p.Tags() {
		tags[key] = value
	}
	app := upstream(addon, "https://aws.github.io/eks-charts", model.Values{
		"clusterName": p.ClusterName(),
		// Pods cannot ask the instance metadata service, which is one hop too
		// far, and the VPC's ID is known only once Terraform has made it. Its
		// Name tag is known before.
		"region":              p.Cloud.AWS.Region,
		"vpcTags":             model.Values{"Name": p.Name},
		"serviceAccount":      model.Values{"name": addon.Name},
		"defaultTags":         tags,
		"defaultTargetType":   "ip",
		"nodeSelector":        systemNodes(),
		"replicaCount":        2,
		"podDisruptionBudget": model.Values{"maxUnavailable": 1},
		"resources":           resources("50m", "128Mi", "512Mi"),
		"podSecurityContext":  model.Values{"seccompProfile": model.Values{"type": "RuntimeDefault"}},
		"securityContext":     model.Values{"capabilities": model.Values{"drop": []string{"ALL"}}},
		// cert-manager issues the webhooks' certificate where there is one.
		"enableCertManager": p.Addons.CertManager != nil,
	},
		argocd.CustomResourceDefinition, mutatingWebhooks, validatingWebhooks,
		kind(networkingv1.GroupName, "IngressClass"), kind("elbv2.k8s.aws", "IngressClassParams"))
	app.Wave = waveAddons
	if app.Values["enableCertManager"] != true {
		app.IgnoreDifferences = renewedCertificate
	}
	policy := loadBalancerControllerPolicy(p)
	return Output{
		Applications: []argocd.Application{app},
		Modules:      map[string][]terraform.Module{Foundation: {addonRole(p, addon, policy)}},
		Policies:     addonPolicies(p, addon.Name, policy),
	}
}

// renewedCertificate is what the chart makes anew at every rendering where
// cert-manager does not issue the webhooks' certificate: the first one stays,
// in its Secret and in the webhooks alike.
var renewedCertificate = []v1alpha1.ResourceIgnoreDifferences{
	{Kind: "Secret", Name: "aws-load-balancer-tls", Namespace: model.SystemNamespace, JSONPointers: []string{"/data"}},
	{Group: mutatingWebhooks.Group, Kind: mutatingWebhooks.Kind, Name: "aws-load-balancer-webhook", JQPathExpressions: []string{".webhooks[]?.clientConfig.caBundle"}},
	{Group: validatingWebhooks.Group, Kind: validatingWebhooks.Kind, Name: "aws-load-balancer-webhook", JQPathExpressions: []string{".webhooks[]?.clientConfig.caBundle"}},
}

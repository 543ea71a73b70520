// Package karpenter judges Karpenter's objects as Karpenter and the API server
// would.
package karpenter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/karpenter-provider-aws/pkg/apis"
	awsv1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/utils/clock"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/yaml"
)

// Validate decodes one YAML document strictly into Karpenter's Go type, lets
// the definition of its kind judge it, defaults filled in, by schema and by
// CEL, and then Karpenter itself, as far as it does so without AWS. It reports
// every problem that it finds.
func Validate(document []byte) error {
	var typed metav1.TypeMeta
	if err := yaml.Unmarshal(document, &typed); err != nil {
		return err
	}
	var object any
	switch typed.APIVersion + "/" + typed.Kind {
	case "karpenter.sh/v1/NodePool":
		object = new(karpenterv1.NodePool)
	case "karpenter.k8s.aws/v1/EC2NodeClass":
		object = new(awsv1.EC2NodeClass)
	default:
		return fmt.Errorf("%s %s is no kind of Karpenter's that is generated", typed.APIVersion, typed.Kind)
	}
	if err := yaml.UnmarshalStrict(document, object); err != nil {
		return err
	}
	problems := []error{validateSchema(typed, document)}
	if pool, ok := object.(*karpenterv1.NodePool); ok {
		problems = append(problems, pool.RuntimeValidate(context.Background()))
		// Karpenter reads a budget's schedule when it disrupts nodes.
		for _, reason := range []karpenterv1.DisruptionReason{karpenterv1.DisruptionReasonDrifted, karpenterv1.DisruptionReasonEmpty, karpenterv1.DisruptionReasonUnderutilized} {
			if _, err := pool.GetAllowedDisruptionsByReason(clock.RealClock{}, 100, reason); err != nil {
				return errors.Join(append(problems, err)...)
			}
		}
	}
	return errors.Join(problems...)
}

// validateSchema does what the API server does before it stores an object.
func validateSchema(typed metav1.TypeMeta, document []byte) error {
	schema, err := schemaOf(typed)
	if err != nil {
		return err
	}
	structural, err := structuralschema.NewStructural(schema)
	if err != nil {
		return err
	}
	var object map[string]any
	if err := yaml.Unmarshal(document, &object); err != nil {
		return err
	}
	pruned := pruning.PruneWithOptions(object, structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	if len(pruned) > 0 {
		return fmt.Errorf("the definition does not know %s", strings.Join(pruned, ", "))
	}
	defaulting.Default(object, structural)

	validator, _, err := validation.NewSchemaValidator(schema)
	if err != nil {
		return err
	}
	problems := validation.ValidateCustomResource(nil, object, validator)
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	found, _ := rules.Validate(context.Background(), nil, structural, object, nil, celconfig.RuntimeCELCostBudget)
	return append(problems, found...).ToAggregate()
}

// schemaOf returns the schema of a kind's version, from the definition that
// Karpenter carries.
func schemaOf(typed metav1.TypeMeta) (*apiextensions.JSONSchemaProps, error) {
	for _, definition := range apis.CRDs {
		for _, version := range definition.Spec.Versions {
			if definition.Spec.Names.Kind != typed.Kind || definition.Spec.Group+"/"+version.Name != typed.APIVersion {
				continue
			}
			schema := new(apiextensions.JSONSchemaProps)
			err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, schema, nil)
			return schema, err
		}
	}
	return nil, fmt.Errorf("no definition of %s %s", typed.APIVersion, typed.Kind)
}

// Package schema carries the CUE definitions of a data platform.
package schema

import "embed"

// ImportPath is the path under which users import [V1Alpha1] in CUE.
const ImportPath = "github.com/lakewright/lakewright/schema/v1alpha1"

// V1Alpha1 holds the definitions of version v1alpha1, one file a concept, in
// the folder v1alpha1.
//
//go:embed v1alpha1/*.cue
var V1Alpha1 embed.FS

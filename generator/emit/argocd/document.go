package argocd

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// document writes value as YAML with sorted keys below a comment, which may be
// empty. Of an object it leaves out what the cluster alone writes.
func document(comment string, value any) ([]byte, error) {
	fields, ok := value.(map[string]any)
	if !ok {
		var err error
		if fields, err = runtime.DefaultUnstructuredConverter.ToUnstructured(value); err != nil {
			return nil, err
		}
		delete(fields, "status")
		delete(fields["metadata"].(map[string]any), "creationTimestamp")
	}
	var b bytes.Buffer
	if comment != "" {
		b.WriteString("# " + comment + "\n")
	}
	encoder := yaml.NewEncoder(&b)
	if err := encoder.Encode(fields); err != nil {
		return nil, err
	}
	err := encoder.Close()
	return b.Bytes(), err
}

// set returns list sorted and without repetition, nil when it is empty.
func set[T comparable](list []T, compare func(a, b T) int) []T {
	return slices.Compact(slices.SortedFunc(slices.Values(list), compare))
}

func compareKinds(a, b metav1.GroupKind) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Kind, b.Kind))
}

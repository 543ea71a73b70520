package change

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// comment is the key that holds a comment in Terraform's JSON and in ours.
const comment = "//"

// compareValues returns the fields that differ between two decoded JSON values.
func compareValues(path string, before, after any) []Field {
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			return compareObjects(path, b, a)
		}
	case []any:
		if a, ok := after.([]any); ok {
			if names := identify(b, a); names != nil {
				return compareNamed(path, b, a, names)
			}
			return compareLists(path, b, a)
		}
	case string:
		if a, ok := after.(string); ok && a != b {
			// Equal documents in other words are a change of the string.
			if fields := compareDocuments(path, b, a); len(fields) > 0 {
				return fields
			}
		}
	}
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return []Field{{Path: path, Action: Changed, Before: before, After: after}}
}

func compareObjects(path string, before, after map[string]any) []Field {
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	delete(keys, comment)
	var fields []Field
	for _, key := range sortedKeys(keys) {
		b, inBefore := before[key]
		a, inAfter := after[key]
		fields = append(fields, compareItem(keyPath(path, key), b, inBefore, a, inAfter)...)
	}
	return fields
}

// compareItem compares what one side or both have at path.
func compareItem(path string, before any, inBefore bool, after any, inAfter bool) []Field {
	switch {
	case !inBefore:
		return []Field{{Path: path, Action: Added, After: after}}
	case !inAfter:
		return []Field{{Path: path, Action: Removed, Before: before}}
	}
	return compareValues(path, before, after)
}

// compareDocuments compares strings that are JSON objects or arrays, such as
// IAM policies. It returns nothing for any other strings.
func compareDocuments(path, before, after string) []Field {
	decode := func(s string) any {
		if s = strings.TrimSpace(s); !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
			return nil
		}
		v, err := decodeJSON([]byte(s))
		if err != nil {
			return nil
		}
		return v
	}
	b, a := decode(before), decode(after)
	if a == nil || reflect.TypeOf(b) != reflect.TypeOf(a) {
		return nil
	}
	return compareValues(path, b, a)
}

// identities are the keys that tell apart the objects of a list, in the order in
// which they are tried: what Kubernetes merges lists by, and IAM's Sid.
var identities = [][]string{
	{"name"},
	{"kind", "namespace", "name"},
	{"key"},
	{"key", "effect"},
	{"key", "operator"},
	{"Sid"},
	{"sid"},
	{"id"},
	{"mountPath"},
	{"group", "kind"},
	{"namespace", "server"},
	{"type"},
}

// identify returns a function that names the items of both lists, or nil when
// not all are objects that some identity tells apart.
func identify(before, after []any) func(item any) string {
	if len(before)+len(after) == 0 {
		return nil
	}
	for _, keys := range identities {
		name := func(item any) string {
			object, _ := item.(map[string]any)
			var parts []string
			for _, key := range keys {
				if s, ok := object[key].(string); ok {
					parts = append(parts, s)
				}
			}
			// Only the last key must be there: a namespace may be missing.
			if _, ok := object[keys[len(keys)-1]].(string); !ok {
				return ""
			}
			return strings.Join(parts, "/")
		}
		if distinct(before, name) && distinct(after, name) {
			return name
		}
	}
	return nil
}

func distinct(list []any, name func(any) string) bool {
	seen := map[string]bool{"": true}
	for _, item := range list {
		if n := name(item); seen[n] {
			return false
		} else {
			seen[n] = true
		}
	}
	return true
}

// compareNamed compares lists of objects by the names of their items.
func compareNamed(path string, before, after []any, name func(any) string) []Field {
	index := func(list []any) (byName map[string]any, names []string) {
		byName = map[string]any{}
		for _, item := range list {
			byName[name(item)] = item
			names = append(names, name(item))
		}
		return byName, names
	}
	olds, oldNames := index(before)
	news, newNames := index(after)
	var fields []Field
	for _, n := range oldNames {
		a, ok := news[n]
		fields = append(fields, compareItem(path+"["+quoteName(n)+"]", olds[n], true, a, ok)...)
	}
	for _, n := range newNames {
		if _, ok := olds[n]; !ok {
			fields = append(fields, Field{Path: path + "[" + quoteName(n) + "]", Action: Added, After: news[n]})
		}
	}
	oldNames = slices.DeleteFunc(oldNames, func(n string) bool { _, ok := news[n]; return !ok })
	newNames = slices.DeleteFunc(newNames, func(n string) bool { _, ok := olds[n]; return !ok })
	if !slices.Equal(oldNames, newNames) {
		fields = append(fields, Field{Path: path + "[*]", Action: Changed, Before: toAny(oldNames), After: toAny(newNames)})
	}
	return fields
}

// compareLists compares lists whose items have no names: what both have in the
// same order is no difference, wherever it stands.
func compareLists(path string, before, after []any) []Field {
	var fields []Field
	for _, h := range hunks(canonical(before), canonical(after)) {
		for i := range max(h.beforeEnd-h.before, h.afterEnd-h.after) {
			b, a := h.before+i, h.after+i
			switch {
			case b >= h.beforeEnd:
				fields = append(fields, Field{Path: indexPath(path, a), Action: Added, After: after[a]})
			case a >= h.afterEnd:
				fields = append(fields, Field{Path: indexPath(path, b), Action: Removed, Before: before[b]})
			default:
				fields = append(fields, compareValues(indexPath(path, a), before[b], after[a])...)
			}
		}
	}
	return fields
}

// canonical encodes each item, so that equal items have equal strings.
func canonical(list []any) []string {
	encoded := make([]string, len(list))
	for i, item := range list {
		data, err := json.Marshal(item)
		if err != nil {
			panic(err) // Decoded JSON encodes.
		}
		encoded[i] = string(data)
	}
	return encoded
}

var (
	plainKey  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._:/@-]*$`)
)

func keyPath(path, key string) string {
	switch {
	case !plainKey.MatchString(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

func indexPath(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// quoteName quotes a name that could be taken for an index or for more path.
func quoteName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return strconv.Quote(name)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func toAny(list []string) []any {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = s
	}
	return values
}

package change

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// parse returns the objects that a file describes, by the kind of file that its
// path makes it.
func parse(file string, content []byte, exists bool) ([]object, error) {
	if !exists {
		return nil, nil
	}
	area := areaOf(file)
	isYAML := strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml")
	switch {
	case strings.HasPrefix(area, "terraform/") && strings.HasSuffix(file, ".tf.json"):
		return parseTerraform(file, content)
	case (area == "argocd" || area == "manifests") && isYAML:
		return parseKubernetes(file, content)
	case area == "values" && isYAML:
		name := strings.TrimSuffix(strings.TrimPrefix(file, "values/"), path.Ext(file))
		return parseDocuments(file, content, Resource{Address: "values " + name, Name: name})
	case area == "policies" && (isYAML || strings.HasSuffix(file, ".json")):
		return parseDocuments(file, content, Resource{Address: file})
	}
	return parseText(file, content, true), nil
}

// areaOf returns the area of a file.
func areaOf(file string) string {
	parts := strings.Split(file, "/")
	switch {
	case len(parts) == 1:
		return "files"
	case len(parts) > 2 && parts[0] == "terraform":
		return "terraform/" + parts[1]
	}
	return parts[0]
}

func newObject(r Resource, value any) object {
	r.Area = areaOf(r.File)
	return object{Resource: r, id: identity{area: r.Area, address: r.Address, file: r.File}, value: value}
}

// parseText takes the file as one string.
func parseText(file string, content []byte, exists bool) []object {
	if !exists {
		return nil
	}
	return []object{newObject(Resource{Address: file, File: file}, string(content))}
}

// parseDocuments takes each document of a file as the same kind of resource.
func parseDocuments(file string, content []byte, r Resource) ([]object, error) {
	r.File = file
	values, err := decode(file, content)
	if err != nil {
		return nil, err
	}
	var list []object
	for _, v := range values {
		list = append(list, newObject(r, v))
	}
	return list, nil
}

// parseKubernetes takes each document as a Kubernetes object, and one without
// kind and name as part of the file.
func parseKubernetes(file string, content []byte) ([]object, error) {
	values, err := decode(file, content)
	if err != nil {
		return nil, err
	}
	var list []object
	for _, v := range values {
		document, _ := v.(map[string]any)
		metadata, _ := document["metadata"].(map[string]any)
		apiVersion, _ := document["apiVersion"].(string)
		r := Resource{File: file}
		r.Kind, _ = document["kind"].(string)
		r.Namespace, _ = metadata["namespace"].(string)
		r.Name, _ = metadata["name"].(string)
		if r.Kind == "" || r.Name == "" {
			list = append(list, newObject(Resource{Address: file, File: file}, v))
			continue
		}
		r.Address = r.Kind + " " + path.Join(r.Namespace, r.Name)
		o := newObject(r, v)
		if group, _, ok := strings.Cut(apiVersion, "/"); ok {
			o.id.group = group
		}
		list = append(list, o)
	}
	return list, nil
}

// labels are how many labels a Terraform block has, by its type. In JSON each
// label is a level of objects. A type that is not listed has none.
// https://developer.hashicorp.com/terraform/language/syntax/json
var labels = map[string]int{
	"check":     1,
	"data":      2,
	"ephemeral": 2,
	"locals":    1, // Each local value by itself.
	"module":    1,
	"output":    1,
	"provider":  1,
	"resource":  2,
	"terraform": 1, // Each setting by itself.
	"variable":  1,
}

// parseTerraform takes each block of a Terraform JSON file as a resource.
func parseTerraform(file string, content []byte) ([]object, error) {
	root, err := decodeJSON(content)
	if err != nil {
		return nil, err
	}
	body, ok := root.(map[string]any)
	if !ok {
		return nil, errors.New("no JSON object")
	}
	var list []object
	for _, blockType := range sortedKeys(body) {
		if blockType == comment {
			continue
		}
		walkLabels(body[blockType], labels[blockType], nil, func(names []string, value any) {
			configurations := []any{value}
			if list, ok := value.([]any); ok && blockType == "provider" {
				configurations = list
			}
			for _, c := range configurations {
				list = append(list, newBlock(file, blockType, names, c))
			}
		})
	}
	return list, nil
}

// walkLabels yields the bodies of a block type with their labels. Where labels
// are, JSON may have an array of objects in place of an object.
func walkLabels(v any, depth int, names []string, yield func(names []string, body any)) {
	switch v := v.(type) {
	case []any:
		if depth > 0 {
			for _, item := range v {
				walkLabels(item, depth, names, yield)
			}
			return
		}
	case map[string]any:
		if depth > 0 {
			for _, key := range sortedKeys(v) {
				if key != comment {
					walkLabels(v[key], depth-1, append(slices.Clip(names), key), yield)
				}
			}
			return
		}
	}
	yield(names, v)
}

// newBlock returns a block with its address as Terraform expressions spell it.
func newBlock(file, blockType string, names []string, body any) object {
	if blockType == "provider" {
		configuration, _ := body.(map[string]any)
		if alias, ok := configuration["alias"].(string); ok {
			names = append(slices.Clip(names), alias)
		}
	}
	name := strings.Join(names, ".")
	address := blockType
	switch blockType {
	case "resource":
		address = name
	case "variable":
		address = "var." + name
	case "locals":
		address = "local." + name
	default:
		if name != "" {
			address += "." + name
		}
	}
	o := newObject(Resource{Address: address, Kind: blockType, Name: name, File: file}, body)
	o.id.file = ""
	return o
}

// decode returns the documents of a JSON file or of a YAML stream.
func decode(file string, content []byte) ([]any, error) {
	if strings.HasSuffix(file, ".json") {
		v, err := decodeJSON(content)
		return []any{v}, err
	}
	var values []any
	for _, document := range splitYAML(content) {
		// Strict, because a repeated key would hide what it overrides.
		data, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			return nil, err
		}
		v, err := decodeJSON(data)
		if err != nil {
			return nil, err
		}
		if v != nil { // nothing but comments
			values = append(values, v)
		}
	}
	return values, nil
}

// splitYAML splits a stream at its document markers, which no YAML value can
// contain at the start of a line. https://yaml.org/spec/1.2.2/#912-document-markers
func splitYAML(content []byte) [][]byte {
	var documents [][]byte
	var document []byte
	for line := range bytes.Lines(content) {
		for _, marker := range []string{"---", "..."} {
			rest, ok := bytes.CutPrefix(line, []byte(marker))
			if ok && (len(rest) == 0 || bytes.ContainsRune([]byte(" \t\r\n"), rune(rest[0]))) {
				documents = append(documents, document)
				document, line = nil, rest
			}
		}
		document = append(document, line...)
	}
	return append(documents, document)
}

// decodeJSON decodes exactly one JSON value.
func decodeJSON(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

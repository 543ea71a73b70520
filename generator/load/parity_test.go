package load

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/lakewright/lakewright/generator/model"
)

// Every field of the schema has one in the model, so that no environment is
// valid and yet cannot be loaded.
func TestModelHasSchema(t *testing.T) {
	s := parseSchema()
	var walk func(path string, f schemaField, typ reflect.Type)
	walk = func(path string, f schemaField, typ reflect.Type) {
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ == reflect.TypeFor[json.RawMessage]() {
			return
		}
		for _, c := range s.fields(f) {
			at := strings.TrimPrefix(path+"."+c.name, ".")
			switch typ.Kind() {
			case reflect.Map, reflect.Slice:
				if typ.Elem().Kind() != reflect.Interface {
					walk(path+".*", c, typ.Elem())
				}
			case reflect.Struct:
				field, ok := jsonField(typ, c.name)
				if !ok {
					t.Errorf("generator/model: %s has no field with the JSON name %q, which the schema has at %s (%s)", typ, c.name, at, c.at)
					continue
				}
				walk(at, c, field)
			}
		}
	}
	walk("", s.platform(), reflect.TypeFor[model.Platform]())
}

// jsonField returns the type of the field with a JSON name, also of embedded structs.
func jsonField(typ reflect.Type, name string) (reflect.Type, bool) {
	for _, f := range reflect.VisibleFields(typ) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return f.Type, true
		}
	}
	return nil, false
}

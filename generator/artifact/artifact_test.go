package artifact

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestAdd(t *testing.T) {
	long := strings.Repeat("a", 256)
	longPath := strings.Repeat("a/", 256) + "b"
	tests := map[string]struct {
		there []string
		path  string
		err   string
	}{
		"a file":                  {path: "main.tf.json"},
		"in folders":              {path: "terraform/data/main.tf.json"},
		"beside another":          {there: []string{"a/b"}, path: "a/c"},
		"a common prefix":         {there: []string{"a/b"}, path: "a/bc"},
		"dots in a name":          {path: "a/..b/...c"},
		"the longest name":        {path: "a/" + long[1:]},
		"the longest path":        {path: longPath[2:] + "b"},
		"twice":                   {there: []string{"a/b"}, path: "a/b", err: "two components generate a/b"},
		"a folder above a file":   {there: []string{"a"}, path: "a/b", err: "generated path a is a file and a folder"},
		"a folder far above":      {there: []string{"a"}, path: "a/b/c/d", err: "generated path a is a file and a folder"},
		"a file above a file":     {there: []string{"a/b/c"}, path: "a/b", err: "generated path a/b is a file and a folder"},
		"a file far above a file": {there: []string{"a/b/c"}, path: "a", err: "generated path a is a file and a folder"},
		"empty":                   {path: "", err: `generated path "" is not a clean path inside the generated folder`},
		"the folder itself":       {path: ".", err: `generated path "." is not a clean path inside the generated folder`},
		"above":                   {path: "../a", err: `generated path "../a" is not a clean path inside the generated folder`},
		"out and in":              {path: "a/../b", err: `generated path "a/../b" is not a clean path inside the generated folder`},
		"absolute":                {path: "/a", err: `generated path "/a" is not a clean path inside the generated folder`},
		"a dot":                   {path: "./a", err: `generated path "./a" is not a clean path inside the generated folder`},
		"two slashes":             {path: "a//b", err: `generated path "a//b" is not a clean path inside the generated folder`},
		"a slash at the end":      {path: "a/", err: `generated path "a/" is not a clean path inside the generated folder`},
		"a backslash":             {path: `a\b`, err: `generated path "a\\b" is not a clean path inside the generated folder`},
		"a zero byte":             {path: "a\x00", err: `generated path "a\x00" is not a clean path inside the generated folder`},
		"not UTF-8":               {path: "\xff", err: `generated path "\xff" is not a clean path inside the generated folder`},
		"a long name":             {path: "b/" + long, err: `generated path "b/` + long[:38] + `"… has a name of 256 bytes, more than 255`},
		"a long path":             {path: longPath, err: `generated path "` + longPath[:40] + `"… has 513 bytes, more than 512`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var s Set
			for _, path := range test.there {
				if err := s.Add(path, []byte("there")); err != nil {
					t.Fatal(err)
				}
			}
			err := s.Add(test.path, []byte("new"))
			if got := fmt.Sprint(err); test.err != "" && got != test.err || test.err == "" && err != nil {
				t.Errorf("got error %s, want %s", got, test.err)
			}
			want := len(test.there)
			if test.err == "" {
				want++
				if content, ok := s.Get(test.path); !ok || string(content) != "new" {
					t.Errorf("Get = %q, %t", content, ok)
				}
			}
			if s.Len() != want {
				t.Errorf("the set has %d files, want %d", s.Len(), want)
			}
			for _, path := range test.there { // a refused file changes nothing
				if content, ok := s.Get(path); !ok || string(content) != "there" {
					t.Errorf("Get(%q) = %q, %t", path, content, ok)
				}
			}
		})
	}
}

func TestZeroSet(t *testing.T) {
	var s Set
	if content, ok := s.Get("a"); ok || content != nil || s.Len() != 0 || len(s.Files()) != 0 {
		t.Errorf("Get = %q, %t; %d files: %v", content, ok, s.Len(), s.Files())
	}
}

func TestFilesAreSorted(t *testing.T) {
	var s Set
	for _, path := range []string{"b", "a/z", "a-b", "c", "a/b"} {
		if err := s.Add(path, []byte(path)); err != nil {
			t.Fatal(err)
		}
	}
	var paths []string
	for _, f := range s.Files() {
		if string(f.Content) != f.Path {
			t.Errorf("%s holds %q", f.Path, f.Content)
		}
		paths = append(paths, f.Path)
	}
	if want := []string{"a-b", "a/b", "a/z", "b", "c"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}

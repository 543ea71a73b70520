package diag_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/lakewright/lakewright/generator/diag"
)

func at(file string, line, column int) diag.Position {
	return diag.Position{File: file, Line: line, Column: column}
}

func TestPosition(t *testing.T) {
	tests := map[string]struct {
		position diag.Position
		want     string
	}{
		"place":   {at("a.cue", 3, 7), "a.cue:3:7"},
		"file":    {diag.Position{File: "a.cue"}, "a.cue"},
		"nowhere": {diag.Position{}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.position.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if test.position.IsZero() != (test.want == "") {
				t.Errorf("IsZero is %t", test.position.IsZero())
			}
		})
	}
}

func TestSort(t *testing.T) {
	l := diag.List{
		{Code: "b", Summary: "z", Position: at("b.cue", 1, 1)},
		{Code: "a", Summary: "10", Position: at("a.cue", 10, 1)},
		{Code: "a", Summary: "9", Position: at("a.cue", 9, 2)},
		{Code: "a", Summary: "9, earlier", Position: at("a.cue", 9, 1)},
		{Code: "b", Summary: "same place", Position: at("a.cue", 9, 2)},
		{Code: "a", Summary: "8", Position: at("a.cue", 9, 2)},
		{Code: "a", Summary: "9", Position: at("a.cue", 9, 2), Found: "said twice"},
		{Code: "a", Summary: "whole file", Position: diag.Position{File: "a.cue"}},
		{Code: "a", Summary: "nowhere"},
	}
	want := []string{"nowhere", "whole file", "9, earlier", "8", "9", "same place", "10", "z"}
	var got []string
	for _, d := range l.Sort() {
		got = append(got, d.Summary)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestErr(t *testing.T) {
	warning := diag.Diagnostic{Severity: diag.Warning, Summary: "careful", Position: at("a.cue", 1, 2)}
	failure := diag.Diagnostic{Severity: diag.Error, Summary: "wrong\x1b[31m", Position: at("a.cue", 3, 4)}
	if err := (diag.List{warning}).Err(); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	if err := diag.List(nil).Err(); err != nil {
		t.Errorf("nothing is an error: %v", err)
	}
	err := fmt.Errorf("loading: %w", diag.List{warning, failure}.Err())
	var list diag.List
	if !errors.As(err, &list) || len(list) != 2 {
		t.Errorf("the list is lost: %v", err)
	}
	if want := "loading: a.cue:1:2: careful\na.cue:3:4: wrong\\x1b[31m"; err.Error() != want {
		t.Errorf("got %q, want %q", err.Error(), want)
	}
}

func TestFprint(t *testing.T) {
	long := strings.Repeat("x", 1000)
	files := map[string]string{
		"plain.cue": "one\n\ta: 2\nlast",
		"wide.cue":  "주문: é, e\u0301: 1, 🚀: 2\n",
		"long.cue":  long + "!" + long + "\n" + strings.Repeat("주", 300) + "!" + strings.Repeat("주", 300) + "\nshort\n",
		"evil.cue":  "a: \"\x1b[2J\u202e\" // \x07\nbad: \xff\xfe!\r\n\ufeffbom\n",
	}
	tests := map[string]struct {
		list    diag.List
		options diag.PrintOptions
		want    string
	}{
		"nothing": {},
		"all parts": {
			list: diag.List{{
				Severity: diag.Error, Code: "conflict", Summary: "a is written twice", Found: "1 and 2", Allowed: "one", Hint: "write it once",
				Position: at("plain.cue", 2, 5), Related: []diag.Related{{Position: at("b.cue", 3, 1), Note: "also written"}},
			}},
			want: "plain.cue:2:5: a is written twice [conflict]\n    \ta: 2\n    \t   ^\n  found: 1 and 2\n  allowed: one\n  hint: write it once\n  also written: b.cue:3:1\n",
		},
		"warning without place": {
			list: diag.List{{Severity: diag.Warning, Code: "old", Summary: "it is old"}},
			want: "warning: it is old [old]\n",
		},
		"colour": {
			list: diag.List{
				{Severity: diag.Error, Code: "c", Summary: "s", Hint: "h", Position: at("plain.cue", 1, 1)},
				{Severity: diag.Warning, Code: "c", Summary: "s"},
			},
			options: diag.PrintOptions{Color: true},
			want: "\x1b[1mplain.cue:1:1\x1b[0m: s [c]\n    one\n    \x1b[31m^\x1b[0m\n  \x1b[2mhint:\x1b[0m h\n" +
				"\x1b[33mwarning: \x1b[0ms [c]\n",
		},
		"other names of files": {
			list:    diag.List{{Code: "c", Summary: "s", Position: at("plain.cue", 1, 3), Related: []diag.Related{{Position: at("b.cue", 3, 1), Note: "see"}}}},
			options: diag.PrintOptions{File: func(file string) string { return "../" + file }},
			want:    "../plain.cue:1:3: s [c]\n    one\n      ^\n  see: ../b.cue:3:1\n",
		},
		"behind the last line's end": {
			list: diag.List{{Code: "c", Summary: "s", Position: at("plain.cue", 3, 6)}},
			want: "plain.cue:3:6: s [c]\n    last\n        ^\n",
		},
		"no such line, no such file, a file as a whole": {
			list: diag.List{
				{Code: "c", Summary: "s", Position: at("plain.cue", 9, 1)},
				{Code: "c", Summary: "s", Position: at("none.cue", 1, 1)},
				{Code: "c", Summary: "s", Position: diag.Position{File: "plain.cue"}},
			},
			want: "plain.cue:9:1: s [c]\nnone.cue:1:1: s [c]\nplain.cue: s [c]\n",
		},
		"letters of several bytes and of double width": {
			list: diag.List{
				{Code: "c", Summary: "of double width", Position: at("wide.cue", 1, 9)},          // é
				{Code: "c", Summary: "behind a combining mark", Position: at("wide.cue", 1, 18)}, // 1
				{Code: "c", Summary: "behind an emoji", Position: at("wide.cue", 1, 27)},         // 2
			},
			want: "wide.cue:1:9: of double width [c]\n    주문: é, e\u0301: 1, 🚀: 2\n    \u3000\u3000  ^\n" +
				"wide.cue:1:18: behind a combining mark [c]\n    주문: é, e\u0301: 1, 🚀: 2\n    \u3000\u3000        ^\n" +
				"wide.cue:1:27: behind an emoji [c]\n    주문: é, e\u0301: 1, 🚀: 2\n    \u3000\u3000           \u3000  ^\n",
		},
		"long line": {
			list: diag.List{
				{Code: "c", Summary: "in the middle", Position: at("long.cue", 1, 1001)},
				{Code: "c", Summary: "at the start", Position: at("long.cue", 1, 1)},
				{Code: "c", Summary: "at the end", Position: at("long.cue", 1, 2002)},
				{Code: "c", Summary: "between letters of three bytes", Position: at("long.cue", 2, 901)},
			},
			want: "long.cue:1:1001: in the middle [c]\n    …" + long[:80] + "!" + long[:79] + "…\n    " + strings.Repeat(" ", 81) + "^\n" +
				"long.cue:1:1: at the start [c]\n    " + long[:160] + "…\n    ^\n" +
				"long.cue:1:2002: at the end [c]\n    …" + long[:80] + "\n    " + strings.Repeat(" ", 81) + "^\n" +
				"long.cue:2:901: between letters of three bytes [c]\n    …" + strings.Repeat("주", 26) + "!" + strings.Repeat("주", 26) + "…\n    " +
				" " + strings.Repeat("\u3000", 26) + "^\n",
		},
		"control characters": {
			list: diag.List{
				{
					Code: "c\x1b", Summary: "a\x1b[31m\nb\u202e\u200b", Found: "\x1b]0;title\x07", Allowed: "\u009b1m", Hint: "tab\there", Position: at("evil.cue", 1, 4),
					Related: []diag.Related{{Position: diag.Position{File: "evil\x1b.cue"}, Note: "no\rte"}},
				},
				{Code: "c", Summary: "s", Position: at("evil.cue", 2, 8)},
				{Code: "c", Summary: "s", Position: at("evil.cue", 3, 4)},
			},
			want: "evil.cue:1:4: a\\x1b[31m\\nb\\u202e\\u200b [c\\x1b]\n    a: \" [2J \" //  \n       ^\n  found: \\x1b]0;title\\a\n  allowed: \\u009b1m\n  hint: tab\\there\n  no\\rte: evil\\x1b.cue\n" +
				"evil.cue:2:8: s [c]\n    bad: ??!\n           ^\n" +
				"evil.cue:3:4: s [c]\n    bom\n    ^\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.options.Source = func(file string) ([]byte, error) {
				content, ok := files[file]
				if !ok {
					return nil, errors.New("no such file")
				}
				return []byte(content), nil
			}
			var got bytes.Buffer
			if err := diag.Fprint(&got, test.list, test.options); err != nil {
				t.Fatal(err)
			}
			if got.String() != test.want {
				t.Errorf("got\n%s\nwant\n%s\n%q\n%q", got.String(), test.want, got.String(), test.want)
			}
		})
	}
}

// FuzzFprint holds that no text of a user's reaches the terminal as a command.
func FuzzFprint(f *testing.F) {
	f.Add("a: \x1b[2J\n", "\u009b2J", 1, 4)
	f.Add("\ufeff\xff\r\n\t주", "\u202e", 2, 3)
	f.Add(strings.Repeat("주", 200), "\x07", 1, 301)
	f.Fuzz(func(t *testing.T, source, text string, line, column int) {
		l := diag.List{{
			Code: text, Summary: text, Found: text, Allowed: text, Hint: text, Position: at(text, line%1000, column),
			Related: []diag.Related{{Note: text, Position: diag.Position{File: text}}},
		}}
		var out bytes.Buffer
		if err := diag.Fprint(&out, l, diag.PrintOptions{Source: func(string) ([]byte, error) { return []byte(source), nil }}); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.String() {
			if !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\u3000' {
				t.Fatalf("%q in %q", r, out.String())
			}
		}
		if lines := strings.Count(out.String(), "\n"); lines > 8 {
			t.Errorf("%d lines", lines)
		}
	})
}

func TestNearest(t *testing.T) {
	tests := map[string]struct {
		name       string
		candidates []string
		want       string
	}{
		"one letter":            {"nodePool", []string{"network", "nodePools"}, "nodePools"},
		"swapped letters":       {"cluseter", []string{"cluster"}, "cluster"},
		"letter case":           {"nodepools", []string{"nodePools"}, "nodePools"},
		"the end of a word":     {"instanceFamilies", []string{"sizes", "families"}, "families"},
		"the start of a word":   {"Drift", []string{"Empty", "Drifted"}, "Drifted"},
		"short":                 {"cup", []string{"cpu", "memory"}, "cpu"},
		"nothing close":         {"monitoring", []string{"name", "teams"}, ""},
		"short and nothing":     {"ab", []string{"xy"}, ""},
		"no candidates":         {"a", nil, ""},
		"the first of equals":   {"dex", []string{"dev", "den"}, "dev"},
		"the closest":           {"versions", []string{"version", "versionss"}, "version"},
		"long names are apart":  {strings.Repeat("a", 200), []string{strings.Repeat("a", 199) + "b"}, ""},
		"letters of many bytes": {"주문", []string{"주문s"}, "주문s"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := diag.Nearest(test.name, test.candidates); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

package main

import (
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	rows := []row{
		{Run: "version", Figure: figure{Wall: 52 * time.Millisecond, User: 40 * time.Millisecond, Memory: 61_400_000}},
		{Run: "generate, nothing generated yet", Components: 1000, Figure: figure{Wall: 1504 * time.Millisecond, User: 2 * time.Second, Memory: 251_000_000}},
		{Run: "vet", Components: 10, Figure: figure{Wall: time.Second, User: time.Second, Memory: 1_000_000}},
	}
	before := map[key]string{{"generate, nothing generated yet", "1,000"}: "1.60 s, 240 MB"}
	want := `| Run | Components | Time | User CPU | Memory | Target | Before |
|---|---:|---:|---:|---:|---|---|
| version |  | 0.052 s | 0.040 s | 61 MB | met: ≤ 0.100 s |  |
| generate, nothing generated yet | 1,000 | 1.50 s | 2.00 s | 251 MB | **missed**: ≤ 2.00 s, ≤ 250 MB | 1.60 s, 240 MB |
| vet | 10 | 1.00 s | 1.00 s | 1 MB |  |  |
`
	if got := table(rows, before); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What one run writes, the next one reads.
func TestReplaceThenFigures(t *testing.T) {
	doc := []byte("# Benchmarks\n\n<!-- figures -->\nold\n<!-- end of figures -->\n\nThe end.\n")
	rows := []row{
		{Run: "version", Figure: figure{Wall: 52 * time.Millisecond, Memory: 61e6}},
		{Run: "vet", Components: 5000, Figure: figure{Wall: 3 * time.Second, Memory: 900e6}},
	}
	doc, err := replace(doc, "\n"+table(rows, nil)+"\n")
	if err != nil {
		t.Fatal(err)
	}
	got := figures(doc)
	if len(got) != 2 || got[key{"version", ""}] != "0.052 s, 61 MB" || got[key{"vet", "5,000"}] != "3.00 s, 900 MB" {
		t.Errorf("read %q", got)
	}
	if _, err := replace([]byte("no marks"), ""); err == nil {
		t.Error("a document without marks was accepted")
	}
}

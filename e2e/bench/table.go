package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A row is one line of the table.
type row struct {
	Run        string
	Components int // 0 where the run reads no repository
	Figure     figure
}

// A target is what a run may take at most; zero is no limit.
type target struct {
	Wall   time.Duration
	Memory int64
}

type key struct{ Run, Components string }

func (r row) key() key {
	if r.Components == 0 {
		return key{r.Run, ""}
	}
	return key{r.Run, thousands(r.Components)}
}

// The targets hold on two cores.
var targets = map[key]target{
	{"version", ""}: {Wall: 100 * time.Millisecond},
	{"generate, nothing generated yet", "100"}:   {Wall: 500 * time.Millisecond},
	{"generate, nothing generated yet", "1,000"}: {Wall: 2 * time.Second, Memory: 250e6},
	{"generate, nothing changed", "1,000"}:       {Wall: 200 * time.Millisecond},
}

// table returns the rows in Markdown, beside their targets and their figures of
// before.
func table(rows []row, before map[key]string) string {
	var b strings.Builder
	b.WriteString("| Run | Components | Time | User CPU | Memory | Target | Before |\n|---|---:|---:|---:|---:|---|---|\n")
	for _, r := range rows {
		k := r.key()
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", k.Run, k.Components,
			seconds(r.Figure.Wall), seconds(r.Figure.User), megabytes(r.Figure.Memory), verdict(targets[k], r.Figure), before[k])
	}
	return b.String()
}

// verdict says what the target is and whether the figure keeps it.
func verdict(t target, f figure) string {
	var limits []string
	missed := false
	if t.Wall > 0 {
		limits = append(limits, "≤ "+seconds(t.Wall))
		missed = missed || f.Wall > t.Wall
	}
	if t.Memory > 0 {
		limits = append(limits, "≤ "+megabytes(t.Memory))
		missed = missed || f.Memory > t.Memory
	}
	switch {
	case limits == nil:
		return ""
	case missed:
		return "**missed**: " + strings.Join(limits, ", ")
	}
	return "met: " + strings.Join(limits, ", ")
}

func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%.3f s", d.Seconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/1e6) }

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// figures reads the time and memory of each run from a document's table.
func figures(doc []byte) map[key]string {
	found := map[key]string{}
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 9 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if strings.HasSuffix(cells[3], " s") {
			found[key{cells[1], cells[2]}] = cells[3] + ", " + cells[5]
		}
	}
	return found
}

var figuresBlock = regexp.MustCompile(`(?s)(<!-- figures -->\n).*(<!-- end of figures -->\n)`)

// replace puts text between the document's marks.
func replace(doc []byte, text string) ([]byte, error) {
	match := figuresBlock.FindSubmatchIndex(doc)
	if match == nil {
		return nil, fmt.Errorf("the lines <!-- figures --> and <!-- end of figures --> are missing")
	}
	return []byte(string(doc[:match[3]]) + text + string(doc[match[4]:])), nil
}

package check

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lakewright/lakewright/generator/diag"
	"github.com/lakewright/lakewright/generator/model"
)

var disruptionBudget = Rule{
	Code:    "disruption-budget",
	Summary: "A disruption budget has a schedule exactly when it has a duration, and the schedule is a cron expression.",
	Reason: "A schedule says when a budget begins and a duration how long it holds; Karpenter refuses one without the other. " +
		"A schedule that it cannot parse stops all voluntary disruption of the pool, so that nodes are neither consolidated nor replaced.",
	Sources: []string{
		"https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets",
		"https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format",
	},
	aws:   true,
	check: checkDisruptionBudget,
}

func checkDisruptionBudget(p *pass) {
	for _, name := range keys(p.NodePools) {
		for i, b := range p.NodePools[name].Disruption.Budgets {
			path := []string{"nodePools", name, "disruption", "budgets", strconv.Itoa(i)}
			at := func(field string) []string { return append(path[:len(path):len(path)], field) }
			switch {
			case b.Schedule != "" && b.Duration == "":
				p.report(diag.Diagnostic{
					Summary: field(path...) + " has a schedule and no duration",
					Found:   b.Schedule,
					Hint:    `say how long it holds, for example duration: "8h"`,
				}, at("schedule")...)
			case b.Schedule == "" && b.Duration != "":
				p.report(diag.Diagnostic{
					Summary: field(path...) + " has a duration and no schedule",
					Found:   b.Duration,
					Hint:    `say when it begins, for example schedule: "0 22 * * 1-5"`,
				}, at("duration")...)
			}
			if err := checkCron(b.Schedule); b.Schedule != "" && err != nil {
				p.report(diag.Diagnostic{
					Summary: field(at("schedule")...) + " is not a cron expression: " + err.Error(),
					Found:   b.Schedule,
					Allowed: "minute 0-59, hour 0-23, day of month 1-31, month 1-12 and day of week 0-6, in UTC",
					Hint:    `for example "0 22 * * 1-5" for 22:00 on weekdays`,
				}, at("schedule")...)
			}
			if _, err := model.Duration(b.Duration).Time(); b.Duration != "" && err != nil {
				p.report(diag.Diagnostic{Summary: field(at("duration")...) + " is too long", Found: b.Duration, Allowed: "less than 292 years"}, at("duration")...)
			}
		}
	}
}

// A cronField is one of the five fields of a cron expression.
type cronField struct {
	name     string
	min, max int
	names    string // of the values from min on, three letters each
}

var cronFields = []cronField{
	{"minute", 0, 59, ""},
	{"hour", 0, 23, ""},
	{"day of month", 1, 31, ""},
	{"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
	{"day of week", 0, 6, "sunmontuewedthufrisat"},
}

// checkCron returns what is wrong with a cron expression. The schema admits no
// other macros than Karpenter knows.
func checkCron(expression string) error {
	if strings.HasPrefix(expression, "@") {
		return nil
	}
	words := strings.Fields(expression)
	if len(words) != len(cronFields) {
		return fmt.Errorf("it has %s instead of five", count(len(words), "field"))
	}
	for i, f := range cronFields {
		for part := range strings.SplitSeq(words[i], ",") {
			if err := f.check(part); err != nil {
				return fmt.Errorf("%s %q %w", f.name, part, err)
			}
		}
	}
	return nil
}

// check checks one element of a field: a value, a range or *, each with a step
// or without.
func (f cronField) check(part string) error {
	span, step, stepped := strings.Cut(part, "/")
	if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
		return errors.New("has no step of at least 1")
	}
	if span == "*" || span == "?" {
		return nil
	}
	first, last, ranged := strings.Cut(span, "-")
	low, err := f.value(first)
	if err != nil || !ranged {
		return err
	}
	high, err := f.value(last)
	if err == nil && high < low {
		return errors.New("ends before it begins")
	}
	return err
}

func (f cronField) value(s string) (int, error) {
	if i := strings.Index(f.names, strings.ToLower(s)); len(s) == 3 && i >= 0 && i%3 == 0 {
		return f.min + i/3, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < f.min || n > f.max {
		return 0, fmt.Errorf("is not within %d-%d", f.min, f.max)
	}
	return n, nil
}

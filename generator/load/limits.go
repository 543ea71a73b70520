package load

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"
)

// limits bound the evaluation of one environment. CUE cannot be interrupted, so
// a run that passes them is left behind, and the process is expected to end.
// What they cannot bound is one request for more memory than the machine has,
// by a function that [checkFeatures] lets pass: Go ends the process then.
type limits struct {
	time time.Duration
	// memory and stack are bytes of the whole process. The stack has a limit of
	// its own, since Go ends a process one of whose stacks grows past a gigabyte.
	memory, stack uint64
}

// defaultLimits are what 5,000 components take, twenty and ten times over.
var defaultLimits = limits{time: 30 * time.Second, memory: 2 << 30, stack: 128 << 20}

func (l limits) String() string {
	return fmt.Sprintf("%s, %d MiB of memory and %d MiB of stack", l.time, l.memory>>20, l.stack>>20)
}

// run calls f and returns its result, or an error when ctx ends, a limit is
// passed or f panics.
func run[T any](ctx context.Context, l limits, f func() T) (T, error) {
	type outcome struct {
		result T
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- outcome{err: fmt.Errorf("the CUE evaluator failed: %v", r)}
			}
		}()
		done <- outcome{result: f()}
	}()
	deadline := time.NewTimer(l.time)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"},
	}
	metrics.Read(samples)
	before := samples[2].Value.Uint64() // What others use, or left, is not this evaluation's.
	var none T
	for {
		select {
		case o := <-done:
			return o.result, o.err
		case <-ctx.Done():
			return none, context.Cause(ctx)
		case <-deadline.C:
			return none, fmt.Errorf("it took more than %s", l.time)
		case <-tick.C:
			metrics.Read(samples)
			if used := samples[0].Value.Uint64() - samples[1].Value.Uint64(); used > l.memory {
				return none, fmt.Errorf("it used more than %d MiB of memory", l.memory>>20)
			}
			if used := samples[2].Value.Uint64(); used > before && used-before > l.stack {
				return none, fmt.Errorf("it nested deeper than %d MiB of stack hold", l.stack>>20)
			}
		}
	}
}

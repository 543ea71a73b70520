package load

import (
	"context"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// limits bound the evaluation of one environment. CUE cannot be interrupted, so
// a run that passes them is left behind, and the process is expected to end.
type limits struct {
	time   time.Duration
	memory uint64 // bytes of the whole process
}

// defaultLimits are far above what 5,000 components need.
var defaultLimits = limits{time: 30 * time.Second, memory: 2 << 30}

// maxStack lets the memory limit stop a runaway recursion before the Go runtime
// does, which would end the process with a stack trace. It is above
// limits.memory, so that the watch always wins.
const maxStack = 8 << 30

// run calls f and returns when f has, or with an error when ctx ends or a limit
// is passed.
func (l limits) run(ctx context.Context, f func()) error {
	debug.SetMaxStack(maxStack)
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		f()
	}()
	deadline := time.NewTimer(l.time)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		select {
		case r := <-done:
			if r != nil {
				return fmt.Errorf("the CUE evaluator failed: %v", r)
			}
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-deadline.C:
			return fmt.Errorf("it took more than %s", l.time)
		case <-tick.C:
			metrics.Read(sample)
			if used := sample[0].Value.Uint64() - sample[1].Value.Uint64(); used > l.memory {
				return fmt.Errorf("it used more than %d MiB of memory", l.memory>>20)
			}
		}
	}
}

package helm

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"time"
)

// What reading and rendering a chart may take. The public charts that have
// athens-proxy as a part render in less than a second and 100 MiB.
// A test has bounds of its own.
var (
	renderTime          = 30 * time.Second
	renderMemory uint64 = 1 << 30
)

var errPanic = errors.New("Helm's engine fails on it") //nolint:staticcheck // Helm is a name

// bounded runs what reads or renders a chart of a stranger, whose templates may
// loop forever. Go has no way to end them: they run on until this program does,
// which is soon, as the error is its last.
func bounded[T any](limit time.Duration, memory uint64, run func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- outcome{err: errPanic}
			}
		}()
		value, err := run()
		done <- outcome{value, err}
	}()
	var none T
	before := inUse()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(limit)
	for {
		select {
		case o := <-done:
			return o.value, o.err
		case <-end:
			return none, fmt.Errorf("does not end within %s", limit)
		case <-tick.C:
			if now := inUse(); now > before+memory {
				return none, fmt.Errorf("needs more than %d MiB of memory", memory>>20)
			}
		}
	}
}

// inUse is the memory of values and of stacks, in bytes: templates that call
// themselves need the latter.
func inUse() (bytes uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	for _, s := range samples {
		bytes += s.Value.Uint64()
	}
	return bytes
}

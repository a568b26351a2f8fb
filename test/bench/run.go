package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// command is one thing to measure.
type command struct {
	argv  []string
	stdin []byte
	path  string // put before PATH, for hosts that look for a function there
	// silent allows it to print nothing.
	silent bool
	// refused wants exit code 1, or 2 of a diff that cannot be made.
	refused bool
	// cpu measures the processor's time, not the clock's.
	cpu bool
	// dir is where it runs; empty for here.
	dir string
	// size of its input in bytes.
	size int
}

// run starts it once, fed and read through pipes as a host would, and returns
// what it printed. A failure is an error with what it said.
func (c command) run() ([]byte, time.Duration, error) {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(c.stdin), &stdout, &stderr
	cmd.Dir = c.dir
	if c.path != "" {
		cmd.Env = append(os.Environ(), "PATH="+c.path+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	runtime.GC() // not while the clock runs
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if c.cpu && cmd.ProcessState != nil {
		took = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	name := filepath.Base(c.argv[0])
	if code := cmd.ProcessState.ExitCode(); err != nil && (!c.refused || code != 1 && code != 2) {
		return nil, 0, fmt.Errorf("%s: %w\n%s", name, err, head(stderr.String()))
	} else if c.refused && code == 0 {
		return nil, 0, fmt.Errorf("%s took what it must refuse", name)
	}
	if stdout.Len() == 0 && !c.silent {
		return nil, 0, fmt.Errorf("%s printed nothing\n%s", name, head(stderr.String()))
	}
	return stdout.Bytes(), took, nil
}

// alternate runs every command n times, one after the other in each round, so
// that what else the machine does falls on all of them. Two rounds before that
// warm the caches.
func alternate(n int, commands ...command) ([]series, error) {
	all := make([]series, len(commands))
	for round := -2; round < n; round++ {
		for i, c := range commands {
			_, took, err := c.run()
			if err != nil {
				return nil, err
			}
			if round >= 0 {
				all[i] = append(all[i], took)
			}
		}
	}
	return all, nil
}

// peakMemory runs it once more and returns its peak resident memory in MiB.
func (c command) peakMemory(peak, dir string) (float64, error) {
	file := filepath.Join(dir, "peak.txt")
	c.argv = append([]string{peak, file}, c.argv...)
	if _, _, err := c.run(); err != nil {
		return 0, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	kib, err := strconv.ParseFloat(string(data), 64)
	return kib / 1024, err
}

// series are the times of one command, in the order of the rounds.
type series []time.Duration

func (s series) median() time.Duration { return quantile(s, 0.5) }

// over is what a run took for each of n parts.
func (s series) over(n int) series {
	parts := make(series, len(s))
	for i, d := range s {
		parts[i] = d / time.Duration(n)
	}
	return parts
}

// ratio is the quotient of the medians; spread are the quartiles of the
// rounds' quotients.
func ratio(a, b series) (r float64, spread [2]float64) {
	quotients := make([]float64, len(a))
	for i := range a {
		quotients[i] = float64(a[i]) / float64(b[i])
	}
	r = float64(a.median()) / float64(b.median())
	return r, [2]float64{quantile(quotients, 0.25), quantile(quotients, 0.75)}
}

func quantile[T ~int64 | ~float64](values []T, q float64) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// head is the beginning of what a program said.
func head(s string) string {
	lines := strings.SplitN(s, "\n", 11)
	return strings.Join(lines[:min(10, len(lines))], "\n")
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc's CPU times: 1/100 s on every Linux that Go knows.
const tick = 10 * time.Millisecond

// cpu is the time that the program, its children and what is in front of it have
// used.
func (s *server) cpu() (time.Duration, error) {
	if s.behind == nil {
		return s.ownCPU()
	}
	own, err := s.behind.ownCPU()
	for _, f := range s.front {
		more, failed := f.ownCPU()
		own, err = own+more, errors.Join(err, failed)
	}
	return own, err
}

func (s *server) ownCPU() (time.Duration, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return 0, errors.New("no /proc: the benchmark needs Linux")
	}
	var sum time.Duration
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // ended meanwhile
		}
		// pid (name) state ppid …; the name may hold anything but ends with
		// the last parenthesis. utime and stime are the 14th and 15th field.
		pid, rest, _ := strings.Cut(string(text), " ")
		fields := strings.Fields(rest[strings.LastIndexByte(rest, ')')+1:])
		if own := strconv.Itoa(s.cmd.Process.Pid); pid != own && fields[1] != own {
			continue
		}
		for _, f := range fields[11:13] {
			n, err := strconv.Atoi(f)
			if err != nil {
				return 0, err
			}
			sum += time.Duration(n) * tick
		}
	}
	return sum, nil
}

// peak is the most memory that the program had, in MiB.
func (s *server) peak() (float64, error) { return s.memory("VmHWM:") }

// memory is a line of the program's status, in MiB.
func (s *server) memory(line string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := bytes.Cut(text, []byte(line))
	number, _, _ := bytes.Cut(bytes.TrimSpace(after), []byte(" "))
	kib, err := strconv.Atoi(string(number))
	return float64(kib) / 1024, err
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/gomods/athens-kfn/internal/crathens"
)

// results are written as they come, because there may be millions: to --summary,
// which appears when it is whole, and to planned, as lines.
type results struct {
	name    string
	planned io.Writer // of a dry run; nil otherwise
	mu      sync.Mutex
	file    *os.File // nil without --summary, and at the end
	text    *bufio.Writer
	between string
	err     error // the first
}

func newResults(name string) (*results, error) {
	r := &results{name: name, between: "\n"}
	if name == "" {
		return r, nil
	}
	var err error
	if r.file, err = os.CreateTemp(filepath.Dir(name), ".crathens-*"); err != nil {
		return nil, err
	}
	r.text = bufio.NewWriter(r.file)
	_, _ = r.text.WriteString(`{"results":[`) // error dropped: Flush returns it
	return r, nil
}

// add writes one result.
func (r *results) add(result crathens.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.planned != nil && result.Result == "planned" && r.err == nil {
		_, r.err = fmt.Fprintln(r.planned, result.What)
	}
	if r.file == nil || r.err != nil {
		return
	}
	line, err := json.Marshal(result)
	if err == nil {
		_, err = fmt.Fprintf(r.text, "%s%s", r.between, line)
	}
	r.between, r.err = ",\n", err
}

// close writes the end, and gives the file its name.
func (r *results) close(s *crathens.Summary) error {
	if r.file == nil || r.err != nil {
		return r.err
	}
	end, err := json.Marshal(struct {
		*crathens.Summary
		OK      bool    `json:"ok"`
		Seconds float64 `json:"seconds"`
	}{s, s.OK(), s.Took.Seconds()})
	if err != nil {
		return err
	}
	fmt.Fprintf(r.text, "\n],\n\"summary\":%s}\n", end)
	if err := r.text.Flush(); err != nil {
		return err
	}
	if err := r.file.Close(); err != nil {
		return err
	}
	err = os.Rename(r.file.Name(), r.name)
	if err == nil {
		r.file = nil
	}
	return err
}

// discard removes what close did not finish.
func (r *results) discard() {
	if r.file != nil {
		_ = r.file.Close()
		_ = os.Remove(r.file.Name())
	}
}

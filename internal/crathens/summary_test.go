package crathens

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample is a walk that failed in two ways and was stopped.
func sample(t *testing.T) Summary {
	c := New(online(t, "http://athens.test"))
	for i := range 5 {
		c.fail("info", fmt.Sprintf("example.com/a@v1.%d.0", i), &failure{reason: "500 Internal Server Error", detail: fmt.Sprint("case ", i)})
	}
	c.fail("list", "example.com/b", &failure{reason: "404 Not Found"})
	c.count.modules.Store(7)
	c.count.done.Store(6)
	c.count.fresh.Store(9)
	c.count.warmed.Store(4)
	return c.summary(errSignal, 65*time.Second)
}

func TestSummaryForAPerson(t *testing.T) {
	var out bytes.Buffer
	s := sample(t)
	if err := s.Write(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`stopped: terminated signal received
modules   7, 6 done
new       9 versions
warmed    4
failed    6
  5 × info: 500 Internal Server Error
      example.com/a@v1.0.0
      example.com/a@v1.1.0
      example.com/a@v1.2.0
  1 × list: 404 Not Found
      example.com/b
took      1m5s
`, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestSummaryForALog(t *testing.T) {
	var out bytes.Buffer
	s := sample(t)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("summary", "walk", &s)
	var line struct {
		Walk struct {
			Modules, Done, New, Warmed, Failed int
			Seconds                            float64
			Stopped                            string
			Reasons                            []Reason
		}
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	got := line.Walk
	want(t, Summary{Modules: got.Modules, Done: got.Done, New: got.New, Warmed: got.Warmed, Failed: got.Failed,
		Stopped: got.Stopped, Reasons: got.Reasons}, Summary{Modules: s.Modules, Done: s.Done, New: s.New, Warmed: s.Warmed,
		Failed: s.Failed, Stopped: s.Stopped, Reasons: s.Reasons})
	if got.Seconds != 65 {
		t.Errorf("%v seconds", got.Seconds)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestSummaryThatCannotBeWritten(t *testing.T) {
	if err := (&Summary{}).Write(full{}); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Error(err)
	}
}

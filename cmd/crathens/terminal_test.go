package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"

	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/internal/crathens/athenstest"
)

// On a terminal there is a bar and no JSON, and the summary is for a person.
func TestTerminal(t *testing.T) {
	near, far, err := pty.Open()
	if err != nil {
		t.Skip("skipped: there are no terminals here: ", err)
	}
	if err := pty.Setsize(far, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	s := site()
	s.Fault = func(_ *athenstest.Server, r *http.Request) http.Handler {
		if athenstest.Is(r) == "list" {
			return athenstest.Status(http.StatusForbidden, "")
		}
		return nil
	}
	url, _ := serve(t, s)
	var screen, stdout bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(&screen, near) })

	code := run(t.Context(), []string{"--athens=" + url, "--log-level=info"}, environ(), &stdout, far)

	_ = far.Close()
	reading.Wait() // Linux ends the other side's reading with an error
	_ = near.Close()
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	for _, text := range []string{"0% |   ", "(0/1)", "done: 0 new, 0 warmed, 1 failed", `msg="gave up" what=example.com/a`} {
		if !strings.Contains(screen.String(), text) {
			t.Errorf("the terminal does not show %q: %q", text, &screen)
		}
	}
	for _, text := range []string{"modules   1, 1 done\n", "failed    1\n  1 × list: 403 Forbidden\n      example.com/a\n"} {
		if !strings.Contains(stdout.String(), text) {
			t.Errorf("the summary does not hold %q: %s", text, &stdout)
		}
	}
}

func TestBarShowsHowFarItIs(t *testing.T) {
	var screen bytes.Buffer
	hide := newBar(io.Discard, &screen, "").follow(func() crathens.Status {
		return crathens.Status{Phase: "warming", Warming: true, Modules: 6, Done: 3, New: 5, Warmed: 4, Failed: 1}
	})
	hide()
	for _, text := range []string{"warming: 5 new, 4 warmed, 1 failed", " 50% |", "(3/6)"} {
		if !strings.Contains(screen.String(), text) {
			t.Errorf("there is no %q in %q", text, &screen)
		}
	}
}

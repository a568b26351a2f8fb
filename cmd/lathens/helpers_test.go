package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program under test, started as main does.
type lathensProgram struct {
	url  string
	stop context.CancelFunc // as SIGTERM does
	code chan int
}

// start runs the program until the test ends or stop is called.
func start(t *testing.T, args ...string) *lathensProgram {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p := &lathensProgram{stop: stop, code: make(chan int, 1)}
	address := make(chan string, 1)
	go func() {
		var stdout bytes.Buffer
		p.code <- run(ctx, append([]string{"--listen=127.0.0.1:0", "--drain-delay=0s"}, args...), &stdout, t.Output(),
			func(a net.Addr) { address <- a.String() })
	}()
	select {
	case a := <-address:
		p.url = "http://" + a
	case code := <-p.code:
		stop()
		t.Fatalf("exit code %d", code)
	}
	t.Cleanup(func() {
		stop()
		if code := <-p.code; code != 0 {
			t.Errorf("exit code %d", code)
		}
		p.code <- 0
		http.DefaultClient.CloseIdleConnections()
	})
	return p
}

// get returns status, X-Lathens and body.
func get(t *testing.T, url string) (status int, result, body string) {
	t.Helper()
	resp, err := http.Get(url) //nolint:gosec,noctx // on loopback
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("X-Lathens"), string(text)
}

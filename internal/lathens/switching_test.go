package lathens

import (
	"net/http"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// An upstream that changes to another protocol, and then says nothing, has not
// answered: no deadline reaches a connection that is out of net/http's hands.
func TestSwitchingProtocols_IsAFailure(t *testing.T) {
	up := proxytest.Start(t, proxytest.Modules())
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	_, server := start(t, up, func(c *Config) { c.UpstreamTimeout = time.Minute })
	up.Break(func(w http.ResponseWriter, _ *http.Request) {
		conn, stream, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = stream.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		_ = stream.Flush()
		go func() { <-over; _ = conn.Close() }()
	})
	want(t, "switched", fetchURL(t, server.URL+plainList), 500, "miss", "0", "lathens: the upstream cannot be reached\n")
}

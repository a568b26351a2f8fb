package live

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// H2 is a connection of HTTP/2 to the site's host that sends headers as they
// are.
type H2 struct {
	l      *Live
	conn   *tls.Conn
	framer *http2.Framer
	enc    *hpack.Encoder
	buf    bytes.Buffer
	dec    *hpack.Decoder
	stream uint32
}

// DialH2 opens one through the gateway.
func (l *Live) DialH2() (*H2, error) {
	w, err := l.way(walk.Request{From: "client", Line: "GET /"})
	if err != nil {
		return nil, err
	}
	return l.dialH2(w)
}

// SendH2 is Send in HTTP/2; false if that cannot be: to pods, and without TLS.
func (l *Live) SendH2(r walk.Request) (Result, bool, error) {
	w, err := l.way(r)
	if err != nil || w.Scheme != "https" {
		return Result{}, false, err
	}
	h, err := l.dialH2(w)
	if err != nil {
		return Result{ID: "none", Why: err.Error()}, true, nil
	}
	defer h.Close()
	headers := []string{":method", w.Method, ":scheme", "https", ":authority", w.Authority, ":path", w.Path, "x-live", "{id}"}
	for k, v := range w.headers {
		headers = append(headers, strings.ToLower(k), v)
	}
	out, _ := h.Send(headers...)
	return out, true, nil
}

func (l *Live) dialH2(w way) (*H2, error) {
	c, err := w.from.Dial(w.address, dialTimeout)
	if err != nil {
		return nil, err
	}
	h := &H2{l: l, conn: tls.Client(c, &tls.Config{ServerName: w.SNI, NextProtos: []string{"h2"}, InsecureSkipVerify: true}), stream: 1}
	if err := h.conn.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	if p := h.conn.ConnectionState().NegotiatedProtocol; p != "h2" {
		return nil, fmt.Errorf("the gateway speaks %q", p)
	}
	if _, err := io.WriteString(h.conn, http2.ClientPreface); err != nil {
		return nil, err
	}
	h.framer = http2.NewFramer(h.conn, h.conn)
	h.enc = hpack.NewEncoder(&h.buf)
	h.dec = hpack.NewDecoder(4096, nil)
	return h, h.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
}

// Close ends it.
func (h *H2) Close() { h.conn.Close() }

// Send sends a request of these headers (name, value, ...) and reads the
// answer; good is false if the connection has ended with it.
func (h *H2) Send(headers ...string) (out Result, good bool) {
	out.ID = strconv.FormatInt(h.l.next.Add(1), 10)
	h.conn.SetDeadline(time.Now().Add(10 * time.Second))
	h.buf.Reset()
	for i := 0; i < len(headers); i += 2 {
		h.enc.WriteField(hpack.HeaderField{Name: headers[i], Value: strings.ReplaceAll(headers[i+1], "{id}", out.ID)})
	}
	id := h.stream
	h.stream += 2
	if err := h.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: h.buf.Bytes(), EndStream: true, EndHeaders: true}); err != nil {
		out.Why = err.Error()
		return out, false
	}
	for {
		f, err := h.framer.ReadFrame()
		if err != nil {
			out.Why = err.Error()
			return out, false
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				h.framer.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				h.framer.WritePing(true, f.Data)
			}
		case *http2.GoAwayFrame:
			out.Why = "GOAWAY " + f.ErrCode.String()
			return out, false
		case *http2.RSTStreamFrame:
			if f.StreamID == id {
				if out.Status == 0 {
					out.Why = "RST_STREAM " + f.ErrCode.String()
				}
				return out, true
			}
		case *http2.HeadersFrame:
			fields, err := h.dec.DecodeFull(f.HeaderBlockFragment())
			if err != nil {
				out.Why = err.Error()
				return out, false
			}
			for _, hf := range fields {
				switch hf.Name {
				case ":status":
					out.Status, _ = strconv.Atoi(hf.Value)
				case "x-pod":
					out.Pod = hf.Value
				case "x-program":
					out.Program = hf.Value
				case "x-got":
					out.URI, _ = strconv.Unquote(hf.Value)
				case "x-envoy-upstream-service-time":
					out.Sidecar = true
				}
			}
			if f.StreamEnded() {
				return out, true
			}
		case *http2.DataFrame:
			if n := uint32(len(f.Data())); n > 0 {
				h.framer.WriteWindowUpdate(0, n)
			}
			if f.StreamEnded() && f.StreamID == id {
				return out, true
			}
		}
	}
}

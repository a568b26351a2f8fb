package lathens

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"sync"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// newBypass passes requests on as they are.
func newBypass(p *Proxy) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(pr *httputil.ProxyRequest) {
			pr.SetURL(p.upstream)
			// The gateway in front knows the caller; it is believed.
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values := pr.In.Header[name]; len(values) > 0 {
					pr.Out.Header[name] = values
				}
			}
			p.tracing.inject(pr.Out.Context(), pr.Out.Header)
		},
		Transport:  p.transport,
		BufferPool: &buffers{sync.Pool{New: func() any { return new([32 << 10]byte) }}},
		ErrorLog:   slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
		ModifyResponse: func(resp *http.Response) error {
			resp.Header.Set(Header, string(bypassed))
			if goproxy.KindOf(resp.Request.URL.Path) != goproxy.Other {
				resp.StatusCode = soften(resp.StatusCode)
			}
			switch code := resp.StatusCode; {
			case code < http.StatusBadRequest, code == http.StatusNotFound, code == http.StatusGone:
			default:
				resp.Header.Set("Cache-Control", noStore)
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(err, context.Canceled) { // the caller left
				p.log.Warn("upstream failed", "path", r.URL.Path, "error", err.Error())
			}
			status := http.StatusBadGateway
			if goproxy.KindOf(r.URL.Path) != goproxy.Other {
				status = soften(status)
			}
			w.Header().Set(Header, string(bypassed))
			w.Header().Set("Cache-Control", noStore)
			http.Error(w, "lathens: "+reason(r.Context(), err), status)
		},
	}
}

// buffers are reused for copying bodies.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte    { return b.pool.Get().(*[32 << 10]byte)[:] }
func (b *buffers) Put(buf []byte) { b.pool.Put((*[32 << 10]byte)(buf)) }

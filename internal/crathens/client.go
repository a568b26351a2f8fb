package crathens

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// kind is which of the requests one is.
type kind string

const (
	catalogRequest kind = "catalog"
	listRequest    kind = "list"
	latestRequest  kind = "latest"
	infoRequest    kind = "info"
	modRequest     kind = "mod"
	zipRequest     kind = "zip" // HEAD; what is read is the Content-Length
	goSumRequest   kind = "go-sum"
	fileRequest    kind = "file" // of a Getter
)

// errStopped is a request that was not sent, or cut off, because the walk was
// stopped. It says nothing about Athens.
var errStopped = errors.New("stopped")

// client sends requests, again where that may help.
type client struct {
	http     *http.Client
	infos    *rate.Limiter
	timeout  time.Duration
	attempts int
	log      *slog.Logger
	metrics  *metrics
}

// maxHeader bounds the headers of an answer. Go's own bound is 10 MiB.
const maxHeader = 64 << 10

// NewTransport keeps as many connections as a walk needs.
func NewTransport(concurrency int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 2 * concurrency
	t.MaxResponseHeaderBytes = maxHeader
	return t
}

func newClient(cfg *Config, m *metrics) *client {
	transport := cfg.Transport
	if transport == nil {
		transport = NewTransport(cfg.Concurrency)
	}
	return &client{
		http: &http.Client{
			Transport: transport,
			// Credentials and requests stay where they were sent.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		infos:    rate.NewLimiter(rate.Limit(cfg.Rate), 1),
		timeout:  cfg.Timeout,
		attempts: cfg.Attempts,
		log:      cfg.Log,
		metrics:  m,
	}
}

// get sends a request until read has read a good answer. ctx stops further
// attempts, flight the one under way. The error is a *failure or errStopped.
func (c *client) get(ctx, flight context.Context, site Site, k kind, url string, read func(io.Reader) error) error {
	answered, away := 0, 0
	for {
		if k == infoRequest && c.infos.Wait(ctx) != nil || ctx.Err() != nil {
			return errStopped
		}
		began := time.Now()
		f := c.once(flight, site, k, url, read)
		c.metrics.request(k, f, time.Since(began))
		if f == nil {
			return nil
		}
		if flight.Err() != nil {
			return errStopped
		}
		level, tries := slog.LevelDebug, &answered
		if f.away {
			level, tries = slog.LevelWarn, &away
		}
		*tries++
		// What took all the time that Athens has would take it again; the next
		// walk tries. Without its catalog a walk is nothing.
		lost := f.slow && k != catalogRequest
		if !f.again || lost || answered >= c.attempts || away >= 2*c.attempts {
			return f
		}
		wait := max(backoff(answered+away), f.after)
		c.log.Log(ctx, level, "trying again", "url", shown(url), "reason", f.Error(), "wait", wait.String())
		if sleep(ctx, wait) != nil {
			return errStopped
		}
	}
}

// once is one attempt.
func (c *client) once(ctx context.Context, site Site, k kind, url string, read func(io.Reader) error) *failure {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	method := http.MethodGet
	if k == zipRequest {
		method = http.MethodHead
	}
	r, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return badAnswer("%v", err)
	}
	r.Header.Set("User-Agent", "crathens")
	site.login(r)
	answer, err := c.http.Do(r)
	if err != nil {
		return c.broken(ctx, err, false)
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	body := &watched{Reader: answer.Body}
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(body, maxDetail)) // error dropped: the status is what is reported
		return badStatus(answer, strings.Join(strings.Fields(string(text)), " "))
	}
	if k == zipRequest {
		body.Reader = strings.NewReader(answer.Header.Get("Content-Length"))
	}
	err = read(body)
	if err == nil {
		_, _ = io.CopyN(io.Discard, body, maxInfo) // so that the connection is used again
	}
	switch f := (*failure)(nil); {
	case body.err != nil:
		return c.broken(ctx, body.err, true)
	case errors.As(err, &f):
		return f
	case err != nil:
		return badAnswer("%v", err)
	}
	return nil
}

// broken is the failure behind an error of the transport. ctx is the attempt's:
// an error may call itself a timeout though no server was there to answer.
func (c *client) broken(ctx context.Context, err error, begun bool) *failure {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &failure{reason: "no answer within " + c.timeout.String(), detail: err.Error(), again: true, slow: true}
	}
	return badConnection(err, begun)
}

// watched tells an answer that broke off from one that is wrong.
type watched struct {
	io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

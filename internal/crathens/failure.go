package crathens

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// failure is a request that got no good answer.
type failure struct {
	reason string        // for grouping: one of few
	detail string        // for a reader of the log; partly what the site said
	again  bool          // another attempt may succeed
	away   bool          // no server was there; Athens did no work for it
	stop   bool          // every other request would end like this
	slow   bool          // the time for an answer was over
	status int           // 0 if there was none
	after  time.Duration // what Retry-After says
}

// gone says that there is no such module or version.
func (f *failure) gone() bool {
	return !f.again && (f.status == http.StatusNotFound || f.status == http.StatusGone)
}

func (f *failure) Error() string {
	if f.detail == "" {
		return f.reason
	}
	return f.reason + ": " + shown(f.detail)
}

// maxDetail is how much of a detail is shown, in bytes.
const maxDetail = 300

// shown is text from outside for a terminal or a log: short, and on one line.
func shown(text string) string {
	if len(text) > maxDetail {
		text = strings.ToValidUTF8(text[:maxDetail], "") + "…"
	}
	return quote.Text(text)
}

// badStatus is the failure behind a status other than 200; text is the
// beginning of the body.
func badStatus(r *http.Response, text string) *failure {
	f := &failure{reason: statusText(r.StatusCode), detail: text, status: r.StatusCode}
	switch code := r.StatusCode; {
	case code == http.StatusUnauthorized:
		f.stop = true
		f.detail = "it asks for basic auth; set BASIC_AUTH_USER and BASIC_AUTH_PASS, or write them into the URL"
	case code >= 300 && code < 400:
		// Followed, the request would leave the site, and Athens would store
		// nothing: a filter, download mode redirect, or PROXY_FORCE_SSL.
		f.reason += ", a redirect, which stores nothing"
		f.detail = "to " + r.Header.Get("Location")
	case code == http.StatusBadGateway, code == http.StatusServiceUnavailable:
		// A mesh says so when no pod is ready.
		f.again, f.away = true, true
	case code == http.StatusNotFound && strings.Contains(text, "signal: killed"):
		// Another client of Athens hung up, and took the download along.
		f.again = true
	case code == http.StatusNotImplemented:
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		f.again = true
	}
	f.after = retryAfter(r.Header.Get("Retry-After"))
	return f
}

// retryAfter reads seconds or a date; what is neither, or past, is no wait.
func retryAfter(text string) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(seconds, int(longestAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = time.Until(at)
	}
	return min(max(0, wait), longestAfter)
}

func statusText(code int) string {
	if text := http.StatusText(code); text != "" {
		return strconv.Itoa(code) + " " + text
	}
	return strconv.Itoa(code)
}

// badConnection is the failure behind an error of the transport; begun says
// that the answer had begun.
func badConnection(err error, begun bool) *failure {
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	f := &failure{detail: err.Error(), again: true}
	switch {
	case errors.As(err, &certificate):
		f.reason, f.again, f.stop = "the certificate is not trusted", false, true
	case begun:
		f.reason = "the answer was cut off"
	case errors.Is(err, syscall.ECONNREFUSED):
		f.reason, f.away = "connection refused", true
	case errors.As(err, &name):
		f.reason, f.away = "the host name cannot be resolved", true
	default:
		f.reason, f.away = "the connection failed", true
	}
	return f
}

// notAthens is the reason of an answer that came whole, and is wrong.
const notAthens = "the answer is not Athens'"

func badAnswer(format string, args ...any) *failure {
	return &failure{reason: notAthens, detail: fmt.Sprintf(format, args...)}
}

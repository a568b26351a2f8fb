package athenstest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
)

// Transport asks a handler without a network, so that a test can run under
// testing/synctest, where time passes only while every goroutine waits. A handler
// that aborts before it wrote is an ECONNREFUSED, and a torn body otherwise.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ handler http.Handler }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	aborted := t.serve(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if aborted && w.Body.Len() == 0 {
		return nil, syscall.ECONNREFUSED
	}
	answer := w.Result()
	answer.Request = r
	if aborted {
		answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(w.Body.Bytes()), torn{}))
	}
	return answer, nil
}

func (t transport) serve(w http.ResponseWriter, r *http.Request) (aborted bool) {
	defer func() {
		if p := recover(); p != nil {
			err, isError := p.(error)
			if !isError || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			aborted = true
		}
	}()
	// A server never sees a nil body.
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	t.handler.ServeHTTP(w, in)
	return false
}

type torn struct{}

func (torn) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

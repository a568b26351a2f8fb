package athenstest

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
)

// Status answers a code and a text; headers come in pairs.
func Status(code int, text string, headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(text))
	})
}

// Reset closes the connection without an answer.
func Reset() http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// Hang answers nothing until the client hangs up.
func Hang() http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// BreakOff sends half of the right answer and closes the connection.
func (s *Server) BreakOff() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole := httptest.NewRecorder()
		s.Answer(whole, r)
		w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
		w.WriteHeader(whole.Code)
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// Is says what a request asks for: catalog, list, latest, info, mod, or "".
func Is(r *http.Request) string {
	switch path := r.URL.Path; {
	case path == "/catalog":
		return "catalog"
	case strings.HasSuffix(path, "/@v/list"):
		return "list"
	case strings.HasSuffix(path, "/@latest"):
		return "latest"
	case strings.Contains(path, "/@v/") && strings.HasSuffix(path, ".info"):
		return "info"
	case strings.Contains(path, "/@v/") && strings.HasSuffix(path, ".mod"):
		return "mod"
	}
	return ""
}

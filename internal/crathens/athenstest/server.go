// Package athenstest is an Athens for tests: it answers /catalog, @v/list, .info
// and .mod as Athens v0.18.0 does, keeps what an .info stored, and fails when it
// is told to.
package athenstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Row is one stored version, as in Athens' catalog.
type Row struct {
	Module  string `json:"module"`
	Version string `json:"version"`
}

// Server is a http.Handler. Set its fields before its first request.
type Server struct {
	// Upstream are the versions that could be stored, by module; lists name those
	// that are no pseudo-versions, and @latest the last.
	Upstream map[string][]string

	// Retract is the line of a module's go.mods that says what is retracted.
	Retract map[string]string

	// Disk pages the catalog as disk storage does: wrongly.
	Disk bool

	// External has no catalog: 501.
	External bool

	// User and Pass are asked of clients, if set.
	User, Pass string

	// Fault, if set, may answer a request in the server's stead; nil lets the
	// server answer.
	Fault func(s *Server, r *http.Request) http.Handler

	mu     sync.Mutex
	stored []Row // in the order of their coming, as in mongo
}

// Store puts versions into the storage.
func (s *Server) Store(path string, versions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range versions {
		if row := (Row{path, v}); !slices.Contains(s.stored, row) {
			s.stored = append(s.stored, row)
		}
	}
}

// Stored is what is in the storage, as module@version, in order.
func (s *Server) Stored() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.stored))
	for i, row := range s.stored {
		out[i] = row.Module + "@" + row.Version
	}
	slices.Sort(out)
	return out
}

// ServeHTTP answers as Athens does; what it does not know is 404.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.Fault != nil && r.Method == http.MethodGet {
		if fault := s.Fault(s, r); fault != nil {
			fault.ServeHTTP(w, r)
			return
		}
	}
	s.Answer(w, r)
}

// Answer is ServeHTTP without Fault.
func (s *Server) Answer(w http.ResponseWriter, r *http.Request) {
	user, pass, _ := r.BasicAuth()
	dir, file, inModule := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/@v/")
	path, err := module.UnescapePath(dir)
	of, isLatest := strings.CutSuffix(dir, "/@latest")
	version, isInfo := strings.CutSuffix(file, ".info")
	modOf, isMod := strings.CutSuffix(file, ".mod")
	switch {
	case s.User != "" && (user != s.User || pass != s.Pass):
		w.Header().Set("WWW-Authenticate", `Basic realm="basic auth required"`)
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/catalog":
		s.catalog(w, r)
	case isLatest:
		s.latest(w, of)
	case err != nil || !inModule:
		http.NotFound(w, r)
	case file == "list":
		s.list(w, path)
	case isMod:
		s.mod(w, path, modOf)
	case isInfo:
		s.info(w, path, version)
	default:
		http.NotFound(w, r)
	}
}

// list is what upstream has and what is stored, without pseudo-versions.
func (s *Server) list(w http.ResponseWriter, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := slices.DeleteFunc(slices.Clone(s.Upstream[path]), module.IsPseudoVersion)
	known := len(s.Upstream[path]) > 0
	for _, row := range s.stored {
		if row.Module == path {
			known = true
			if !module.IsPseudoVersion(row.Version) && !slices.Contains(versions, row.Version) {
				versions = append(versions, row.Version)
			}
		}
	}
	if !known {
		http.Error(w, "not found: module "+path+": no matching versions for query \"latest\"", http.StatusNotFound)
		return
	}
	semver.Sort(versions)
	_, _ = w.Write([]byte(strings.Join(versions, "\n")))
}

// latest is what the go command asks where a list is empty.
func (s *Server) latest(w http.ResponseWriter, escaped string) {
	path, err := module.UnescapePath(escaped)
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := s.Upstream[path]
	if err != nil || len(versions) == 0 {
		http.Error(w, "not found: no matching versions for query \"latest\"", http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"Version": versions[len(versions)-1]})
}

// mod stores what upstream has, as info does.
func (s *Server) mod(w http.ResponseWriter, path, escapedVersion string) {
	if s.store(w, path, escapedVersion) != "" {
		_, _ = fmt.Fprintf(w, "module %s\n\n%s\n", path, s.Retract[path])
	}
}

// info answers after the version is stored.
func (s *Server) info(w http.ResponseWriter, path, escapedVersion string) {
	if version := s.store(w, path, escapedVersion); version != "" {
		_ = json.NewEncoder(w).Encode(map[string]string{"Version": version, "Time": "2024-01-02T03:04:05Z"})
	}
}

// store stores what upstream has, or answers 404.
func (s *Server) store(w http.ResponseWriter, path, escapedVersion string) string {
	version, err := module.UnescapeVersion(escapedVersion)
	s.mu.Lock()
	row := Row{path, version}
	known := slices.Contains(s.stored, row) || slices.Contains(s.Upstream[row.Module], version)
	s.mu.Unlock()
	if err != nil || !known {
		w.WriteHeader(http.StatusNotFound)
		return ""
	}
	s.Store(row.Module, version)
	return version
}

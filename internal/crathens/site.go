package crathens

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
)

// Site is where an Athens is. Its text form holds no credentials.
type Site struct {
	base       url.URL // without user, query, fragment and final slash
	user, pass string
}

// ParseSite reads the URL under which an Athens is, with ATHENS_PATH_PREFIX if
// it has one; its catalog's URL does too. Credentials in the URL are for basic
// auth. The error never shows what it was given, which may hold a password.
func ParseSite(raw string) (Site, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return Site{}, errors.New("is not a URL; write one such as http://goproxy-athens.goproxy:3000")
	case u.RawQuery != "" || u.Fragment != "":
		return Site{}, errors.New("holds a query or a fragment; write the URL without ? and #")
	}
	s := Site{base: url.URL{Scheme: u.Scheme, Host: u.Host}}
	s.base.Path = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/catalog"), "/")
	if u.User != nil {
		s.user = u.User.Username()
		s.pass, _ = u.User.Password()
	}
	return s, nil
}

// WithLogin is the site with credentials for basic auth, unless it has its own.
func (s Site) WithLogin(user, pass string) Site {
	if s.user == "" {
		s.user, s.pass = user, pass
	}
	return s
}

// String is the URL without credentials.
func (s Site) String() string { return s.base.String() }

// GoString keeps credentials out of %#v.
func (s Site) GoString() string { return s.String() }

func (s Site) login(r *http.Request) {
	if s.user != "" {
		r.SetBasicAuth(s.user, s.pass)
	}
}

func (s Site) catalog(token string, size int) string {
	q := url.Values{"pagesize": {strconv.Itoa(size)}}
	if token != "" {
		q.Set("token", token)
	}
	return s.at("/catalog", q.Encode())
}

func (s Site) list(mod string) (string, error) {
	escaped, err := module.EscapePath(mod)
	return s.at("/"+escaped+"/@v/list", ""), err
}

func (s Site) latest(mod string) (string, error) {
	escaped, err := module.EscapePath(mod)
	return s.at("/"+escaped+"/@latest", ""), err
}

// file is .info, .mod or .zip of a version.
func (s Site) file(mod, version, ext string) (string, error) {
	escaped, err := module.EscapePath(mod)
	if err != nil {
		return "", err
	}
	v, err := module.EscapeVersion(version)
	return s.at("/"+escaped+"/@v/"+v+ext, ""), err
}

func (s Site) at(path, query string) string {
	u := s.base
	u.Path += path // url.URL writes "!" as %21, as the go command does
	u.RawQuery = query
	return u.String()
}

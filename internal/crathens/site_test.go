package crathens

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSite(t *testing.T) {
	for raw, want := range map[string]string{
		"http://goproxy-athens.goproxy:3000":     "http://goproxy-athens.goproxy:3000",
		"https://mirror.example.com/":            "https://mirror.example.com",
		"https://mirror.example.com/catalog":     "https://mirror.example.com",
		"https://mirror.example.com/go/":         "https://mirror.example.com/go",
		"https://mirror.example.com/go/catalog/": "https://mirror.example.com/go",
		"https://me:pass@mirror.example.com/go":  "https://mirror.example.com/go",
		" http://[::1]:3000\n":                   "http://[::1]:3000", //nolint:gocritic // spaces are what it tests
	} {
		site, err := ParseSite(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if got := site.String(); got != want {
			t.Errorf("%s: is %s, wanted %s", raw, got, want)
		}
	}
	for _, raw := range []string{
		"", "mirror.example.com", "mirror.example.com:3000", "ftp://mirror.example.com", "http://", "http:///catalog",
		"http://mirror.example.com/?secret=1", "http://mirror.example.com/#secret", "http://me:secret@mirror.example.com:port", "://secret",
	} {
		if _, err := ParseSite(raw); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestSiteURLs(t *testing.T) {
	site, err := ParseSite("https://mirror.example.com/go/")
	if err != nil {
		t.Fatal(err)
	}
	list, listErr := site.list("github.com/Azure/azure-sdk")
	info, infoErr := site.file("example.com/a/v2", "v2.0.0-RC1+incompatible", ".info")
	if listErr != nil || infoErr != nil {
		t.Fatal(listErr, infoErr)
	}
	equal(t, "URLs", []string{list, info, site.catalog("", 7), site.catalog("a|b&c", 7)},
		"https://mirror.example.com/go/github.com/%21azure/azure-sdk/@v/list",
		"https://mirror.example.com/go/example.com/a/v2/@v/v2.0.0-%21r%21c1+incompatible.info",
		"https://mirror.example.com/go/catalog?pagesize=7",
		"https://mirror.example.com/go/catalog?pagesize=7&token=a%7Cb%26c")
}

// A printed site contains no password.
func TestSiteHidesItsLogin(t *testing.T) {
	site, err := ParseSite("https://me:secret@mirror.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%s", "%v", "%+v", "%#v"} {
		if text := fmt.Sprintf(format, site); strings.Contains(text, "secret") {
			t.Errorf("%s: %s", format, text)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	site.WithLogin("other", "other").login(r)
	if user, pass, _ := r.BasicAuth(); user != "me" || pass != "secret" {
		t.Errorf("logged in as %s, %s", user, pass)
	}
}

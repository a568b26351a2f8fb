package generators

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestDownloadFile(t *testing.T) {
	site := newSite(t, `athens: {download: {mode: AsyncRedirect, url: "https://mirror.example.com", rules: [
		{pattern: "github.com/acme/*", mode: Sync},
		{pattern: "golang.org/x/*", mode: Redirect, url: "https://other.example.com"}]}}`)
	const want = `mode = "async_redirect"
downloadURL = "https://mirror.example.com"

download "github.com/acme/*" {
  mode = "sync"
}

download "golang.org/x/*" {
  mode = "redirect"
  downloadURL = "https://other.example.com"
}
`
	got := find[*corev1.ConfigMap](t, AthensBase(site)).Data
	same(t, "files", got, map[string]string{"download.hcl": want})
	same(t, "environment", lines(downloadEnv(&site.Spec.Athens.Download)),
		[]string{"ATHENS_DOWNLOAD_MODE=file:/etc/athens/config/download.hcl"})
}

// Athens insists on a downloadURL at the top, even an empty one.
func TestDownloadFileWithoutURL(t *testing.T) {
	site := newSite(t, `athens: {download: {rules: [{pattern: a, mode: None}]}}`)
	const want = "mode = \"sync\"\ndownloadURL = \"\"\n\ndownload \"a\" {\n  mode = \"none\"\n}\n"
	same(t, "file", downloadHCL(&site.Spec.Athens.Download), want)
}

func TestDownloadMode(t *testing.T) {
	for spec, want := range map[string][]string{
		`{}`:           {"ATHENS_DOWNLOAD_MODE=sync"},
		`{mode: None}`: {"ATHENS_DOWNLOAD_MODE=none"},
		`{mode: Redirect, url: "https://m.example.com"}`: {
			"ATHENS_DOWNLOAD_MODE=redirect", "ATHENS_DOWNLOAD_URL=https://m.example.com",
		},
	} {
		site := newSite(t, "athens: {download: "+spec+"}")
		same(t, spec, lines(downloadEnv(&site.Spec.Athens.Download)), want)
	}
}

func TestFilterRedirects(t *testing.T) {
	for filter, want := range map[string]bool{
		"":                        false,
		"D":                       true,
		"-\nD golang.org/x v1\n":  true,
		"# D\n+ D\n- Dogs\nDogs ": false,
		"  D example.com\r\n":     true,
	} {
		if got := filterRedirects(filter); got != want {
			t.Errorf("%q: %v, want %v", filter, got, want)
		}
	}
	site := newSite(t, `athens: {filter: "D", upstream: {goproxy: "https://mirror.example.com,direct"}}`)
	same(t, "environment", lines(filterEnv(&site.Spec.Athens)), []string{
		"ATHENS_FILTER_FILE=/etc/athens/config/filter.conf",
		"ATHENS_GLOBAL_ENDPOINT=https://mirror.example.com",
	})
}

func TestConfigHash(t *testing.T) {
	files := map[string]string{"a": "1", "b": "2"}
	hash := configHash(files)
	if len(hash) != 16 {
		t.Errorf("%d digits, want 16", len(hash))
	}
	for _, other := range []map[string]string{
		{}, {"a": "1"}, {"a": "1", "b": "3"}, {"a": "1b", "": "2"}, {"a": "1b2"}, {"b": "1", "a": "2"},
	} {
		if configHash(other) == hash {
			t.Errorf("%v has the hash of %v", other, files)
		}
	}
	if configHash(map[string]string{"a": "b", "b": "2"}) == configHash(map[string]string{"a": "", "bb": "2"}) {
		t.Error("a content that runs on into the next name has the same hash")
	}
	for range 20 {
		same(t, "hash", configHash(map[string]string{"b": "2", "a": "1"}), hash)
	}
}

// Other files make other pods; without files there is nothing to hash.
func TestConfigHashOnPods(t *testing.T) {
	hash := func(spec string) string {
		d := find[*appsv1.Deployment](t, AthensWorkload(newSite(t, spec)))
		return d.Spec.Template.Annotations[ConfigHashAnnotation]
	}
	one, two := hash(`athens: {filter: "- a"}`), hash(`athens: {filter: "- b"}`)
	if one == "" || one == two {
		t.Errorf("hashes %q and %q", one, two)
	}
	if got := hash(`{}`); got != "" {
		t.Errorf("hash %q without files", got)
	}
	if has[*corev1.ConfigMap](AthensBase(newSite(t, `{}`))) {
		t.Error("a ConfigMap without files")
	}
}

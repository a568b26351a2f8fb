package docs

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/secrets/secretstest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// createdFile is where the stand-in for kubectl notes the Secrets that it was
// told to create, one a line, in the home of the reader.
const createdFile = ".created-secrets"

// remember a Secret that a page creates.
func remember(created secretstest.Created) error {
	line, err := json.Marshal(created)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(os.Getenv("HOME"), createdFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Close()
}

// secrets holds each Secret that the page creates against the sites that the
// page has made by its end, and the examples that it names.
func (r *reader) secrets(t *testing.T, page string) {
	text, err := os.ReadFile(filepath.Join(r.home, createdFile))
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	sites := r.sites(t, page)
	for line := range strings.Lines(string(text)) {
		var created secretstest.Created
		if err := json.Unmarshal([]byte(line), &created); err != nil {
			t.Fatal(err)
		}
		if problem := created.Against(sites); problem != "" {
			t.Errorf("%s creates the Secret %s", page, problem)
		}
	}
}

// sites are those in the reader's directory, each as all its regions have it.
func (r *reader) sites(t *testing.T, page string) (out []*v1alpha1.AthensSite) {
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	if err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		name, err := filepath.Rel(r.dir, path)
		if err != nil {
			return err
		}
		if top, _, _ := strings.Cut(filepath.ToSlash(name), "/"); (top == "examples" || top == "overlays" || top == "deploy") && !strings.Contains(string(text), filepath.ToSlash(filepath.Dir(name))) {
			return nil
		}
		content, err := os.ReadFile(path) //nolint:gosec // of this test's own directory
		if err != nil {
			return err
		}
		nodes, err := krm.SitesIn(content)
		if err != nil {
			return nil //nolint:nilerr // a page may show a file that is wrong
		}
		for _, n := range nodes {
			site, problems := strict.Load[v1alpha1.AthensSite](n)
			if len(problems) > 0 {
				continue
			}
			out = append(out, site)
			for _, region := range site.Spec.Regions {
				if s, problems := strict.Load[v1alpha1.AthensSite](krm.InRegion(n, region.Name)); len(problems) == 0 {
					out = append(out, s)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

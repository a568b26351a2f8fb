package diff

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// What is read back from objects answers as the spec does: a folder is
// compared as well as a spec.
func TestInferredSiteAnswersAsTheSpec(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/site.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no examples")
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		nodes, err := krm.SitesIn(in)
		if err != nil {
			t.Fatal(err)
		}
		site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
		if problems != nil {
			t.Fatal(problems)
		}
		var objects []Object
		for _, m := range krm.Make(site) {
			o, err := Read(m.Node())
			if err != nil {
				t.Fatal(err)
			}
			objects = append(objects, o)
		}
		w := world(objects)
		if !generators.Meshed(site) {
			if w != nil {
				t.Errorf("%s has routes without a mesh", file)
			}
			continue
		}
		if unknown := w.Unknown(); unknown != nil {
			t.Errorf("%s: prove does not read what it renders: %q", file, unknown)
		}
		// No object has the names of entries: they are read back as numbers.
		for i := range site.Spec.Gateway.Clients {
			site.Spec.Gateway.Clients[i].Name = strconv.Itoa(i + 1)
		}
		if diff := cmp.Diff(prove.New(site).Table(), w.Table()); diff != "" {
			t.Errorf("%s (-spec +objects):\n%s", file, diff)
		}
	}
}

func TestHidden(t *testing.T) {
	for _, c := range []struct{ name, old, want string }{
		{"image", "a", "a"},
		{"token", "a", quote.Hidden},
		{"token", "1", quote.Hidden},
		{"optional", "true", "true"},
		{"args", "[--token, a, --ttl, 1s]", "[--token, …, --ttl, 1s]"},
		{"env", "[{name: API_TOKEN, value: a}, {name: N, value: 1.5}]", "[{name: API_TOKEN, value: …}, {name: N, value: 1.5}]"},
		{"data", "{secretKey: k, remoteRef: {key: r}, password: 1}", "{secretKey: k, remoteRef: {key: r}, password: …}"},
		{"", "null", "null"},
	} {
		l := &leaf{name: c.name, path: c.name}
		if got := l.hidden(spectest.Node(t, c.old)); !tree.Equal(got, spectest.Node(t, c.want)) {
			t.Errorf("%s: %s, want %s", c.name, exact(got), c.want)
		}
	}
	if got := (&leaf{}).hidden(nil); got != nil {
		t.Errorf("a field that is not there is shown as %s", exact(got))
	}
}

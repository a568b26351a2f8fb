package helm

import (
	"os"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func siteOf(t *testing.T, text string) *v1alpha1.AthensSite {
	t.Helper()
	nodes, err := krm.SitesIn([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return site
}

// Package compares each chart with its site, in Helm's own engine.
func TestPackage_RendersTheSite(t *testing.T) {
	for _, s := range sitetest.Sites(t, "../../examples/*/site.yaml") {
		if _, _, err := Package(siteOf(t, s.Text), "1.2.3"); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

func TestPackage_RefusesAChartThatIsNotTheSite(t *testing.T) {
	text, err := os.ReadFile("../../examples/minimal/site.yaml")
	if err != nil {
		t.Fatal(err)
	}
	site := siteOf(t, string(text))
	_, content, err := Package(site, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	other := *site
	other.Spec.Host = "other.example.com"
	if err := verify(content, &other); err == nil || !strings.Contains(err.Error(), "does not render") {
		t.Errorf("a chart of another host: %v", err)
	}
	off := false
	other = *site
	other.Spec.Crathens.Enabled = &off
	if err := verify(content, &other); err == nil {
		t.Error("a chart with a program too many is that of the site")
	}
}

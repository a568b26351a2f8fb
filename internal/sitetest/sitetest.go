// Package sitetest is for tests that go through files with a site each, as the
// examples are: a site with regions comes once for each of its clusters.
package sitetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Regional is a manifest of a site with two regions, of which the first shares
// a value with the site through an alias.
const Regional = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  lathens: &lists {replicas: 4}
  regions:
  - {name: west, overrides: {host: west.example.com, lathens: *lists}}
  - {name: east}
`

// Site is a site of one cluster.
type Site struct {
	// Name is the folder of the file, and the region if one had to be chosen.
	Name string
	// File is where the site is written.
	File string
	// Region that --region chooses; empty where the file needs none.
	Region string
	// Text is the file with the region in it.
	Text string
}

// Args are the arguments that read the site from its file.
func (s *Site) Args(words ...string) []string {
	words = append(words, s.File)
	if s.Region != "" {
		words = append(words, "--region", s.Region)
	}
	return words
}

// Sites are those in the files that match patterns, each of which has to match.
func Sites(t testing.TB, patterns ...string) (out []Site) {
	t.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no file matches %s: %v", pattern, err)
		}
		for _, file := range files {
			out = append(out, of(t, file)...)
		}
	}
	return out
}

func of(t testing.TB, file string) []Site {
	t.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	nodes, err := krm.SitesIn(in)
	if err != nil || len(nodes) != 1 {
		t.Fatalf("%s: %d sites, want 1: %v", file, len(nodes), err)
	}
	site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		t.Fatalf("%s: %v", file, problems)
	}
	name, text := filepath.Base(filepath.Dir(file)), string(in)
	open := site.OpenRegions()
	if len(open) == 0 {
		return []Site{{Name: name, File: file, Text: text}}
	}
	var out []Site
	for _, region := range open {
		chosen := strings.Replace(text, "\nspec:\n", "\nspec:\n  region: "+region+"\n", 1)
		out = append(out, Site{Name: name + "-" + region, File: file, Region: region, Text: chosen})
	}
	return out
}

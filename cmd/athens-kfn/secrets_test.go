package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mvdan.cc/sh/v3/shell"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/internal/secrets/secretstest"
	"github.com/gomods/athens-kfn/internal/sitetest"
)

// The Secrets that init and runbook speak of are those that the objects refer
// to, each with its keys.
func TestSecretsAreThoseOfTheObjects(t *testing.T) {
	seen := 0
	for _, g := range goldens(t) {
		code, rendered, _ := g.run()
		if code != 0 || g.isList() {
			continue
		}
		nodes, err := krm.SitesIn([]byte(g.in))
		if err != nil {
			t.Fatal(err)
		}
		sites := (&krm.ResourceList{Items: nodes}).LoadOneCluster("")
		var listed []string
		for _, site := range sites {
			for _, s := range secrets.Of(site) {
				for _, key := range s.Keys() {
					listed = append(listed, s.Namespace+"/"+s.Name+"/"+key)
				}
				if s.Type == "docker-registry" {
					listed = append(listed, s.Namespace+"/"+s.Name+"/")
				}
			}
		}
		seen += len(listed)
		if diff := cmp.Diff(sorted(referred(objectsOf(t, rendered))), sorted(listed)); diff != "" {
			t.Errorf("%s: -objects +secrets:\n%s", g.name, diff)
		}
	}
	if seen < 20 {
		t.Errorf("the goldens have %d keys of Secrets only", seen)
	}
}

func sorted(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// referred are the keys of Secrets that objects name, as namespace/name/key.
func referred(all []object) (out []string) {
	tls := func(ns, name string) { out = append(out, ns+"/"+name+"/tls.crt", ns+"/"+name+"/tls.key") }
	for _, o := range all {
		for _, s := range o.list("spec", "servers") {
			if name := s.text("tls", "credentialName"); name != "" {
				tls(gatewayNamespace(all), name)
			}
		}
		for _, s := range o.list("spec", "tls") {
			if name := s.text("secretName"); name != "" {
				tls(o.namespace(), name)
			}
		}
		pod := o.template().object("spec")
		for _, s := range pod.list("imagePullSecrets") {
			out = append(out, o.namespace()+"/"+s.text("name")+"/")
		}
		for _, v := range pod.list("volumes") {
			for _, item := range v.list("secret", "items") {
				out = append(out, o.namespace()+"/"+v.text("secret", "secretName")+"/"+item.text("key"))
			}
			for _, source := range v.list("projected", "sources") {
				for _, item := range source.list("secret", "items") {
					out = append(out, o.namespace()+"/"+source.text("secret", "name")+"/"+item.text("key"))
				}
			}
		}
		for _, c := range pod.list("containers") {
			for _, e := range c.list("env") {
				if ref := e.object("valueFrom", "secretKeyRef"); len(ref) > 0 {
					out = append(out, o.namespace()+"/"+ref.text("name")+"/"+ref.text("key"))
				}
			}
		}
	}
	return out
}

// gatewayNamespace is that of the gateway's pods, where its certificates are:
// a NetworkPolicy lets them in by it, and so does a policy by its identity.
func gatewayNamespace(all []object) string {
	for _, o := range all {
		if o.kind() == "AuthorizationPolicy" && strings.HasSuffix(o.name(), "-gateway-to-athens") {
			for _, r := range o.list("spec", "rules") {
				for _, f := range r.list("from") {
					parts := strings.Split(f.texts("source", "principals")[0], "/")
					return parts[2]
				}
			}
		}
	}
	return ""
}

// What runbook, init and check print for a site creates the Secrets that it
// reads, with the keys that it mounts, and none that a controller makes.
func TestPrintedSecretsAreThoseOfTheSite(t *testing.T) {
	lines := 0
	hold := func(s *sitetest.Site, printed string) {
		nodes, err := krm.SitesIn([]byte(s.Text))
		if err != nil {
			t.Fatal(err)
		}
		sites := (&krm.ResourceList{Items: nodes}).LoadOneCluster("")
		for line := range strings.Lines(printed) {
			first, _, _ := strings.Cut(line, " | ")
			words, err := shell.Fields(first, func(string) string { return "x" })
			if at := slices.Index(words, "kubectl"); at >= 0 && err == nil {
				if created, ok := secretstest.Parse(words[at+1:]); ok {
					lines++
					if problem := created.Against(sites); problem != "" {
						t.Errorf("%s: %s", s.Name, problem)
					}
				}
			} else if strings.Contains(line, "kubectl create secret") {
				t.Errorf("%s: no command line: %s: %v", s.Name, line, err)
			}
		}
	}
	for _, s := range runbookSites(t) {
		for _, command := range []string{"runbook", "check"} {
			_, printed, _ := runWith(s.Args(command), "")
			hold(&s, printed)
		}
		if next := filepath.Join(filepath.Dir(s.File), "next.txt"); strings.Contains(s.File, "testdata/init") {
			hold(&s, readFile(t, next))
		}
	}
	if lines < 50 {
		t.Errorf("%d lines only", lines)
	}
}

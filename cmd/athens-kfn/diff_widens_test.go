package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every change that lets more in or out than before has a line that is marked.
func TestDiff_MarksWhatWidens(t *testing.T) {
	const (
		listed  = "athens: {upstream: {goproxy: \"https://mirror.example.com\"}}"
		private = "athens: {upstream: {goproxy: \"https://mirror.example.com\"}, private: {patterns: [github.com/acme/*, git.example.com/*]}}"
		door    = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}"
	)
	for _, c := range []struct{ name, before, after, want string }{
		{"egress mode", listed, listed + "\negress: {mode: Open}", "outboundTrafficPolicy.mode"},
		{"egress allows a host", listed, listed + "\negress: {allow: [{host: vanity.example.org}]}", "egress to vanity.example.org:443"},
		{"egress allows a port", listed + "\negress: {allow: [{host: vanity.example.org}]}", listed + "\negress: {allow: [{host: vanity.example.org, ports: [443, 8443]}]}", "egress to vanity.example.org:8443"},
		{"egress allows a range", listed, listed + "\negress: {allow: [{cidr: 10.1.0.0/16}]}", "10.1.0.0/16"},
		{"a wider range", "egress: {allow: [{cidr: 10.1.0.0/16}]}", "egress: {allow: [{cidr: 10.0.0.0/8}]}", "10.0.0.0/8"},
		{"catalog clients", "", "gateway: {catalogClients: [{name: eus, cidrs: [203.0.113.7/32]}]}", "203.0.113.7/32"},
		{"wider catalog clients", "gateway: {catalogClients: [{name: eus, cidrs: [203.0.113.7/32]}]}", "gateway: {catalogClients: [{name: eus, cidrs: [203.0.113.0/24]}]}", "203.0.113.0/24"},
		{"no NetworkPolicies", "", "networkPolicies: {enabled: false}", "NetworkPolicy"},
		{"no mesh", "", "mesh: {mode: None}\ngateway: {ingress: {}}", "mesh"},
		{"no password", "athens: {basicAuth: {secretRef: {name: users}}}", "", "a user and a password"},
		{"no Front Door", door, "", "x-azure-fdid"},
		{"another Front Door", door, "edge: {frontDoor: {id: 22222222-2222-3333-4444-555555555555}}", "x-azure-fdid"},
		{"one more private pattern, one more host", private, strings.Replace(private, "git.example.com", "git.example.com/*, git.example.org", 1), "egress to git.example.org:443"},
		{"a private pattern is gone", private, strings.Replace(private, ", git.example.com/*", "", 1), "git.example.com/*"},
		{"no private pattern", private, listed, "checksum database"},
	} {
		dir := t.TempDir()
		for name, spec := range map[string]string{"old.yaml": c.before, "new.yaml": c.after} {
			file := filepath.Join(dir, name)
			text := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  " + strings.ReplaceAll(spec, "\n", "\n  ") + "\n"
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, stdout, stderr := runWith([]string{"diff", filepath.Join(dir, "old.yaml"), filepath.Join(dir, "new.yaml")}, "")
		found := false
		for line := range strings.Lines(stdout) {
			found = found || strings.HasPrefix(strings.TrimSpace(line), "!") && strings.Contains(line, c.want)
		}
		if !found {
			t.Errorf("%s: no line is marked and has %q:\n%s%s", c.name, c.want, stdout, stderr)
		}
	}
}

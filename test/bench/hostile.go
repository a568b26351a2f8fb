package main

import (
	"fmt"
	"strings"
)

// shape is an input that is meant to be slow: n times a text, with its number
// for %[1]d, in a ResourceList that has one site of five lines.
type shape struct {
	what string
	// n of the smaller input; the other one is grown times as large.
	n int
	// spec is in the site before the text; without it the texts are items.
	spec, each string
	// wrong inputs are refused.
	wrong bool
}

const grown = 4

var shapes = []shape{
	{"regions, each with a misspelt key", 16, "    regions:\n", "    - {name: r%[1]d, hots: h%[1]d.example.com}\n", true},
	{"regions, each with a host", 16, "    region: r0\n    regions:\n", "    - {name: r%[1]d, host: h%[1]d.example.com}\n", false},
	{"private patterns", 2000, "    athens:\n      private:\n        patterns:\n", "        - e%[1]d.example.com/x\n", false},
	{"private patterns, all wrong", 2000, "    athens:\n      private:\n        patterns:\n", "        - 'e%[1]d x'\n", true},
	{"unknown fields", 2000, "", "    key%[1]d: a\n", true},
	{"proxies", 2000, "    athens:\n      upstream:\n        proxies:\n", "        - https://h%[1]d.example.com\n", false},
	{"variables of Athens", 2000, "    athens:\n      env:\n", "      - {name: A%[1]d, value: x}\n", false},
	{"sites of five lines", 240, "-", "- {apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: s%[1]d, namespace: s%[1]d}, spec: {host: s%[1]d.example.com}}\n", false},
	{"objects of other sites", 5000, "-", "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%[1]d, namespace: x, labels: {app.kubernetes.io/managed-by: athens-kfn, athens.gomods.io/site: a.b%[1]d}}}\n", false},
	{"annotations of another's object", 10000, "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    annotations:\n", "      k%[1]d: a\n", false},
}

func (s shape) input(n int) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n  metadata: {name: goproxy, namespace: goproxy}\n  spec:\n    host: goproxy.example.com\n")
	b.WriteString(strings.TrimSuffix(s.spec, "-"))
	for i := range n {
		fmt.Fprintf(&b, s.each, i)
	}
	return []byte(b.String())
}

// hostile is the time of ten inputs that are meant to be slow against their
// size.
func (m measurement) hostile() ([]row, error) {
	var rows []row
	for _, s := range shapes {
		small := command{argv: []string{m.function}, stdin: s.input(s.n), refused: s.wrong}
		large := command{argv: []string{m.function}, stdin: s.input(grown * s.n), refused: s.wrong}
		times, err := alternate(m.fewer(), small, large)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.what, err)
		}
		r := bounded(fmt.Sprintf("%d %s (%d KiB), beside %d", grown*s.n, s.what, len(large.stdin)>>10, s.n), 2*grown, fmt.Sprint(s.n), times[1], times[0])
		peak, err := large.peakMemory(m.peak, m.dir)
		if err != nil {
			return nil, err
		}
		r.memory = mib(peak)
		rows = append(rows, r)
	}
	return rows, nil
}

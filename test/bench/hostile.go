package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// shape is an input that is meant to be slow: n times a text, with its number
// for %[1]d.
type shape struct {
	what string
	// n of the smallest input; the others are twice and four times as large.
	n int
	// spec is in the site before the text; without it the texts are items.
	spec, each string
	// wrong inputs are refused.
	wrong bool
	// as is how the input is given: in a ResourceList that has a site of five
	// lines, as a file beside a site for the Argo CD plugin, or twice for diff.
	as way
}

type way int

const (
	inList way = iota
	besideSite
	compared
)

// sizes of each shape, and the bounds of the time at the second and the third:
// half as much again as they are larger, for n log n and for what else the
// machine does.
var (
	sizes  = [...]int{1, 2, 4}
	bounds = [...]float64{1, 3, 6}
)

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"

var shapes = []shape{
	{"regions, each with a misspelt key", 16, "    regions:\n", "    - {name: r%[1]d, hots: h%[1]d.example.com}\n", true, inList},
	{"regions, each with a host", 16, "    region: r0\n    regions:\n", "    - {name: r%[1]d, overrides: {host: h%[1]d.example.com}}\n", false, inList},
	{"private patterns", 2000, "    athens:\n      private:\n        patterns:\n", "        - e%[1]d.example.com/x\n", false, inList},
	{"private patterns, all wrong", 2000, "    athens:\n      private:\n        patterns:\n", "        - 'e%[1]d x'\n", true, inList},
	{"unknown fields", 2000, "", "    key%[1]d: a\n", true, inList},
	{"checksum databases", 2000, "    athens:\n      upstream:\n        sumDBs:\n", "        - https://h%[1]d.example.com\n", false, inList},
	{"variables of Athens", 2000, "    athens:\n      env:\n", "      - {name: A%[1]d, value: x}\n", false, inList},
	{"sites of five lines", 240, "-", "- {apiVersion: athens.gomods.io/v1alpha1, kind: AthensSite, metadata: {name: s%[1]d, namespace: s%[1]d}, spec: {host: s%[1]d.example.com}}\n", false, inList},
	{"objects of other sites", 5000, "-", "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%[1]d, namespace: x, labels: {app.kubernetes.io/managed-by: athens-kfn, athens.gomods.io/site: a.b%[1]d}}}\n", false, inList},
	{"annotations of another's object", 10000, "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    annotations:\n", "      k%[1]d: a\n", false, inList},
	{"nested maps of another's object", 2000, configMap + "data: ", "{a%[1]d: ", false, besideSite},
	{"long keys of another's object", 1000, configMap + "data:\n", "  " + strings.Repeat("x", 1000) + "%[1]d: a\n", false, besideSite},
	{"aliases of another's object", 8000, configMap + "x: &x {a: b}\ndata:\n", "  k%[1]d: *x\n", false, besideSite},
	{"documents", 4000, "", "---\n" + configMap + "  namespace: x%[1]d\n", false, besideSite},
	{"items of a List", 4000, "apiVersion: v1\nkind: List\nitems:\n", "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a%[1]d}}\n", false, besideSite},
	{"repeated keys", 8000, configMap + "data:\n", "  k: a%[1]d\n", true, besideSite},
	{"changed keys of a ConfigMap", 4000, configMap + "data:\n", "  k%[1]d: a\n", true, compared},
	{"repeated keys, compared", 4000, configMap + "data:\n", "  k: a%[1]d\n", true, compared},
}

const (
	list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- "
	five = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n"
)

// input is the text with n parts.
func (s shape) input(n int) string {
	var b strings.Builder
	if s.as == inList {
		b.WriteString(list + strings.ReplaceAll(strings.TrimSuffix(five, "\n"), "\n", "\n  ") + "\n")
	}
	b.WriteString(strings.TrimSuffix(s.spec, "-"))
	for i := range n {
		fmt.Fprintf(&b, s.each, i)
	}
	if nested := strings.Count(s.each, "{") - strings.Count(s.each, "}"); nested > 0 {
		b.WriteString("b" + strings.Repeat("}", nested*n) + "\n")
	}
	return b.String()
}

// command gives the input to the program, by way of files in dir if need be.
func (s shape) command(function, dir string, n int) (command, error) {
	text := s.input(n)
	out := command{argv: []string{function}, refused: s.wrong, silent: s.wrong, cpu: true, size: len(text)}
	files := map[string]string{}
	switch s.as {
	case inList:
		out.stdin = []byte(text)
	case besideSite:
		out.argv = append(out.argv, "argocd", "generate")
		files = map[string]string{"site.yaml": five, "other.yaml": text}
	case compared:
		out.argv = append(out.argv, "diff", "old.yaml", "new.yaml")
		files = map[string]string{"old.yaml": text, "new.yaml": strings.ReplaceAll(text, ": a", ": b")}
	}
	if len(files) > 0 {
		var err error
		if out.dir, err = os.MkdirTemp(dir, "shape-"); err != nil {
			return command{}, err
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(out.dir, name), []byte(content), 0o600); err != nil {
			return command{}, err
		}
	}
	return out, nil
}

// hostile is the time and the memory of inputs that are meant to be slow against
// their size.
func (m measurement) hostile() ([]row, error) {
	var rows []row
	for _, s := range shapes {
		var commands []command
		var memory []string
		for _, size := range sizes {
			c, err := s.command(m.function, m.dir, size*s.n)
			if err != nil {
				return nil, err
			}
			peak, err := c.peakMemory(m.peak, m.dir)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.what, err)
			}
			commands, memory = append(commands, c), append(memory, fmt.Sprintf("%.0f", peak))
		}
		times, err := alternate(m.fewer(), commands...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.what, err)
		}
		largest := len(sizes) - 1
		twice, _ := ratio(times[1], times[0])
		most, spread := ratio(times[largest], times[0])
		rows = append(rows, row{
			what:     fmt.Sprintf("%d, %d and %d %s (%d KiB), CPU time", s.n, sizes[1]*s.n, sizes[largest]*s.n, s.what, commands[largest].size>>10),
			bound:    fmt.Sprintf("≤ %g × and %g ×", bounds[1], bounds[largest]),
			measured: fmt.Sprintf("%.2f × and %.2f × (%s to %s)", twice, most, short(times[0].median()), short(times[largest].median())),
			spread:   fmt.Sprintf("%.2f–%.2f", spread[0], spread[1]),
			memory:   strings.Join(memory, " / ") + " MiB",
			verdict:  verdict(twice <= bounds[1] && most <= bounds[largest]),
		})
	}
	return rows, nil
}

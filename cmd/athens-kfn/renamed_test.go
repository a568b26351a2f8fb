package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// renamings are what kustomizations do to everything that they build.
var renamings = []struct{ name, kustomization string }{
	{"prefix", "namePrefix: pre-\n"},
	{"suffix", "nameSuffix: -suf\n"},
	{"namespace", "namespace: elsewhere\n"},
	{"all", "namePrefix: pre-\nnameSuffix: -suf\nnamespace: elsewhere\n"},
	{"labels", "labels: [{pairs: {team: platform}, includeSelectors: true, includeTemplates: true}]\n"},
	{"common labels", "commonLabels: {team: platform}\n"},
}

// TestRenamed builds every example in two ways, production in every one, with
// MeshReferences in the end.
// Nothing may name what is not there any more, and every selector must select
// what it selected before. What is checked knows nothing of the transformer: it
// compares the output with that of the site as it was written.
func TestRenamed(t *testing.T) {
	for _, site := range examplesIn(t) {
		t.Run(site.Name, func(t *testing.T) {
			// Names that are in no other word.
			text := metadataName.ReplaceAllString(site.Text, "${1}name: qsite\n  namespace: qspace\n")
			plain := objectsOf(t, krustyBuild(t, renamedDir(t, text, "", nil)))
			for _, way := range renamings {
				if site.Name != "production" && way.name != "all" && way.name != "labels" {
					continue
				}
				t.Run(way.name, func(t *testing.T) {
					built := objectsOf(t, krustyBuild(t, renamedDir(t, text, way.kustomization, plain)))
					for _, problem := range lost(plain, built) {
						t.Error(problem)
					}
				})
			}
			if site.Name != "production" {
				return
			}
			dir := renamedDir(t, text, renamings[3].kustomization, plain)
			write(t, dir, map[string]string{"references.yaml": strings.Replace(referencesConfig, "MeshReferences", "MeshEnrolment", 1) + "spec: {workloads: [{kind: Deployment}]}\n"})
			if found := lost(plain, objectsOf(t, krustyBuild(t, dir))); len(found) < 20 {
				t.Errorf("without MeshReferences only this is lost, so the test shows little: %q", found)
			}
		})
	}
}

var metadataName = regexp.MustCompile(`(?m)^(metadata:\n  )name: .*\n  namespace: .*\n`)

// renamedDir is a kustomization of a site, changed as words say; it has the
// Secrets that objects of the site name, whose names get a hash.
func renamedDir(t *testing.T, site, kustomization string, plain []object) string {
	t.Helper()
	dir := t.TempDir()
	outer := "resources: [../site]\n" + kustomization
	var keep []string
	for _, o := range plain {
		if ns := o.namespace(); ns != "" && ns != "qspace" && !slices.Contains(keep, ns) {
			keep = append(keep, ns)
		}
	}
	if kustomization != "" {
		outer += "transformers: [references.yaml]\nsecretGenerator:\n"
		for _, s := range secretsOf(plain) {
			outer += fmt.Sprintf("- {name: %s, namespace: qspace, literals: [a=%s]}\n", s, s)
		}
		if len(secretsOf(plain)) == 0 {
			outer = strings.TrimSuffix(outer, "secretGenerator:\n")
		}
		if !strings.Contains(kustomization, "namespace:") {
			keep = nil
		}
	}
	write(t, dir, map[string]string{
		"site/kustomization.yaml":  "generators: [site.yaml]\n",
		"site/site.yaml":           site,
		"outer/kustomization.yaml": outer,
		"outer/references.yaml":    referencesConfig + "spec: {keepNamespaces: [" + strings.Join(keep, ", ") + "]}\n",
	})
	return filepath.Join(dir, "outer")
}

// secretsOf are the Secrets of the site's namespace that its objects name.
func secretsOf(all []object) (out []string) {
	for _, o := range all {
		leaves(o, nil, func(at []string, s string) {
			if strings.Contains(strings.Join(at, "."), "operatorSpec.secrets") {
				out = append(out, "!"+s) // which an operator makes
			}
			named := at[len(at)-1] == "secretName" || len(at) > 1 && at[len(at)-1] == "name" && strings.HasPrefix(at[len(at)-2], "secret")
			if named && o.namespace() == "qspace" && !slices.Contains(out, s) && !slices.ContainsFunc(all, func(p object) bool { return p.name() == s }) {
				out = append(out, s)
			}
		})
	}
	slices.Sort(out)
	return slices.DeleteFunc(out, func(s string) bool { return s[0] == '!' || slices.Contains(out, "!"+s) })
}

// leaves visits texts with the keys that lead to them.
func leaves(v any, at []string, visit func(at []string, s string)) {
	switch v := v.(type) {
	case string:
		visit(at, v)
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			leaves(v[key], append(at[:len(at):len(at)], key), visit)
		}
	case []any:
		for _, item := range v {
			leaves(item, at, visit)
		}
	}
}

// lost is what a build lost of another one.
func lost(plain, built []object) (out []string) {
	was := func(o object) string {
		name := strings.TrimSuffix(strings.TrimPrefix(o.name(), "pre-"), "-suf")
		return o.text("apiVersion") + " " + o.kind() + " " + name
	}
	before, names, spaces := map[string]object{}, map[string]string{}, map[string]string{}
	inAzure, elsewhere := map[string]bool{}, map[string]bool{}
	isAzure := func(o object) bool { return strings.Contains(o.text("apiVersion"), ".azure.com/") }
	for _, o := range plain {
		before[was(o)+" "+o.namespace()] = o
		if isAzure(o) {
			inAzure[o.name()] = true
		} else {
			elsewhere[o.name()] = true
		}
	}
	maps.DeleteFunc(inAzure, func(name string, _ bool) bool { return elsewhere[name] })
	hash := regexp.MustCompile(`^(.*?)(-[a-z0-9]{10})$`)
	type change struct{ from, to object }
	var changes []change
	for _, o := range built {
		if o.kind() == "Secret" && o.text("data", "a") != "" {
			name := hash.ReplaceAllString(o.name(), "$1")
			names[strings.TrimSuffix(strings.TrimPrefix(name, "pre-"), "-suf")] = o.name()
			continue
		}
		for _, ns := range []string{o.namespace(), "qspace"} {
			if old, ok := before[was(o)+" "+ns]; ok {
				changes = append(changes, change{old, o})
				delete(before, was(o)+" "+ns)
				if old.name() != o.name() {
					names[old.name()] = o.name()
				}
				if old.namespace() != o.namespace() {
					spaces[old.namespace()] = o.namespace()
				}
				break
			}
		}
	}
	for id := range before {
		if !strings.Contains(id, " Namespace ") {
			out = append(out, id+" is gone")
		}
	}
	token := func(s string) *regexp.Regexp {
		return regexp.MustCompile(`(?:^|[^a-zA-Z0-9.-])` + regexp.QuoteMeta(s) + `(?:$|[^a-zA-Z0-9.-]|\.(?:qspace|elsewhere|svc)\b|\.[^a-z])`)
	}
	stale := map[string]*regexp.Regexp{}
	for old, now := range names {
		if old != now {
			stale[old+", which is "+now] = token(old)
		}
	}
	for old, now := range spaces {
		stale[old+", which is "+now] = regexp.MustCompile(`(?:^|[^a-zA-Z0-9-])` + regexp.QuoteMeta(old) + `(?:$|[^a-zA-Z0-9-])`)
	}
	for _, c := range changes {
		leaves(c.to, nil, func(at []string, s string) {
			where := strings.Join(at, ".")
			if inLabels.MatchString(where) || ownWords.MatchString(where) || madeUp.MatchString(s) {
				return
			}
			s = strings.ReplaceAll(s, "qspace.qsite", "") // the value of a label
			for what, re := range stale {
				old, _, _ := strings.Cut(what, ",")
				if c.to.kind() == "ConfigMap" && old == "qsite" || inAzure[old] && !isAzure(c.to) {
					continue // what people read; the names in Azure stay
				}
				if m := re.FindStringIndex(s); m != nil {
					out = append(out, fmt.Sprintf("%s: %s names %s: %s", c.to.id(), where, what, s[max(0, m[0]-60):min(len(s), m[1]+30)]))
				}
			}
		})
	}
	pods := func(of func(change) object) func(selector any) string {
		return func(selector any) string {
			var found []string
			for _, c := range changes {
				if t := of(c).template(); t != nil && selects(selector, t.object("metadata", "labels")) {
					found = append(found, c.from.id())
				}
			}
			if found == nil {
				return fmt.Sprint("no pod of the site, by ", selector)
			}
			return strings.Join(found, ", ")
		}
	}
	podsBefore, podsNow := pods(func(c change) object { return c.from }), pods(func(c change) object { return c.to })
	for _, c := range changes {
		a, b := selectors(c.from), selectors(c.to)
		for i := range a {
			if i >= len(b) || podsBefore(a[i]) != podsNow(b[i]) {
				out = append(out, fmt.Sprintf("%s: a selector selected %s, and now %v", c.to.id(), podsBefore(a[i]), podsNow(b[min(i, len(b)-1)])))
			}
		}
	}
	slices.Sort(out)
	return out
}

// inLabels are places of labels, which no renaming changes.
var inLabels = regexp.MustCompile(`(^|\.)(labels|matchLabels|selector)(\.|$)`)

// ownWords are places with names that are not those of objects.
var ownWords = regexp.MustCompile(`^metadata\.name$|^spec\.azureName$|^spec\.operatorSpec\.secrets\.|\.annotations\.(summary|description)$`)

// madeUp is the host of a ServiceEntry of addresses, which no client asks for.
var madeUp = regexp.MustCompile(`^qsite-egress-.*\.internal$`)

// selectors are those of pods in an object, in order.
func selectors(o object) (out []any) {
	var visit func(key string, v any)
	visit = func(key string, v any) {
		switch v := v.(type) {
		case object:
			if key == "podSelector" || key == "selector" || key == "workloadSelector" || key == "labelSelector" {
				out = append(out, v)
				return
			}
			for _, k := range slices.Sorted(maps.Keys(v)) {
				visit(k, v[k])
			}
		case []any:
			for _, item := range v {
				visit(key, item)
			}
		}
	}
	visit("", o)
	return out
}

// selects says whether a selector of any form selects labels.
func selects(selector any, labels object) bool {
	s, _ := selector.(object)
	flat := s // of a Service
	for _, key := range []string{"matchLabels", "labels", "matchExpressions"} {
		if s[key] != nil {
			flat = s.object(key)
		}
	}
	for key, v := range flat {
		if labels[key] != v {
			return false
		}
	}
	for _, e := range s.list("matchExpressions") {
		if e.text("operator") == "In" && !slices.Contains(e.texts("values"), labels.text(e.text("key"))) {
			return false
		}
	}
	return len(labels) > 0
}

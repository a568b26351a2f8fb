package krm

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Names of regions and objects, kinds and paths of files may turn the direction
// of writing, break the line, or hold a password.
func TestMessagesKeepNamesOnALine(t *testing.T) {
	const bad = "a\u202eb\\nerror: x"
	in := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" +
		"- apiVersion: athens.gomods.io/v1alpha1\n  kind: AthensSite\n  metadata: {name: goproxy, namespace: goproxy, annotations: {internal.config.kubernetes.io/path: \"" + bad + "\"}}\n" +
		"  spec: {host: goproxy.example.com, regions: [{name: \"" + bad + "\"}, {name: \"https://user:hunter2@x\"}]}\n" +
		"- {apiVersion: \"athens.gomods.io/" + bad + "\", kind: \"" + bad + "\", metadata: {name: x}}\n"
	l, err := Parse([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	l.LoadOneCluster(ByFlag)
	if len(l.Results) < 3 {
		t.Fatalf("results: %v", l.Results)
	}
	for _, r := range l.Results {
		if raw := r.Message; raw != quote.Text(raw) || strings.Contains(raw, "hunter2") {
			t.Errorf("%q", raw)
		}
	}
	var check func(n *yaml.Node)
	check = func(n *yaml.Node) {
		if n.Value != quote.Text(n.Value) || strings.Contains(n.Value, "hunter2") {
			t.Errorf("%q", n.Value)
		}
		for _, c := range n.Content {
			check(c)
		}
	}
	check(l.Results.node())
	id := ID{Kind: "K\u202e", Namespace: "n\u202e", Name: "https://user:hunter2@x"}
	if text := conflict(id, "owner\u202e", "site\u202e"); text != quote.Text(text) || strings.Contains(text, "hunter2") {
		t.Errorf("%q", text)
	}
}

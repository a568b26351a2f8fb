package cluster

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// effects are what a change does to a cluster, or what diff says that it will do:
// sorted lists of kind/name.
type effects struct{ created, deleted, refused, restarted []string }

func (e *effects) sort() {
	for _, list := range []*[]string{&e.created, &e.deleted, &e.refused, &e.restarted} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// applied is what a cluster does with the manifests of a change. An ApplySet knows
// which of its objects are no longer in them.
func applied(t *testing.T, manifests string) (e effects) {
	t.Helper()
	programs, had := programsOf(t), members(t)
	for range 20 {
		cmd := command(manifests, "kubectl", "apply", "--validate=strict", "--prune", "--applyset=applysets.test.example.com/change", "-f", "-")
		cmd.Env = append(cmd.Env, "KUBECTL_APPLYSET=true")
		text, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if m := refusal.FindStringSubmatch(line); m != nil {
				e.refused = append(e.refused, strings.ToLower(m[1])+"/"+m[2])
			} else if object, ok := strings.CutSuffix(strings.TrimSpace(line), " created"); ok {
				e.created = append(e.created, member(object))
			}
		}
		if err == nil || len(e.refused) > 0 {
			break
		}
		// The controller of namespaces may delete an object of one that is pruned first.
		if !pruned.Match(text) {
			t.Fatalf("kubectl apply: %v\n%s", err, text)
		}
	}
	has := members(t)
	for object := range had {
		if !has[object] {
			e.deleted = append(e.deleted, member(object[strings.Index(object, " ")+1:]))
		}
	}
	for name, revision := range settled(t) {
		if old, had := programs[name]; had && old != revision {
			e.restarted = append(e.restarted, "deployment/"+name[strings.Index(name, "/")+1:])
		}
	}
	e.sort()
	return e
}

// pruned is the error about an object that is gone when kubectl prunes it.
var pruned = regexp.MustCompile(`(?m)^error: pruning .* not found$`)

// member is kind/name of a resource, whose kind may have its group.
func member(resource string) string {
	kind, name, _ := strings.Cut(resource, "/")
	kind, _, _ = strings.Cut(kind, ".")
	return strings.ToLower(kind) + "/" + name
}

// members of the ApplySet that are not being deleted: the namespace and kind/name.
func members(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	kinds := kubectl(t, "", "get", "applysets.test.example.com", "change", "-o", `jsonpath={.metadata.annotations.applyset\.kubernetes\.io/contains-group-kinds}`)
	if kinds == "" {
		return out
	}
	for line := range strings.Lines(kubectl(t, "", "get", kinds, "-A", "-l", "applyset.kubernetes.io/part-of="+setID(),
		"-o", `jsonpath={range .items[*]}{.metadata.deletionTimestamp},{.metadata.namespace} {.kind}/{.metadata.name}{"\n"}{end}`)) {
		if deleted, object, _ := strings.Cut(strings.TrimSpace(line), ","); deleted == "" {
			out[object] = true
		}
	}
	return out
}

// setKind is a kind of parents of ApplySets: one with objects in several namespaces,
// as a site has them, needs a parent of the cluster.
const setKind = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: applysets.test.example.com, labels: {applyset.kubernetes.io/is-parent-type: "true"}}
spec:
  group: test.example.com
  scope: Cluster
  names: {kind: ApplySet, plural: applysets, singular: applyset}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`

// newSet makes the ApplySet of a test.
func newSet(t *testing.T) {
	t.Helper()
	kubectl(t, setKind, "apply", "-f", "-")
	kubectl(t, "", "wait", "--for=condition=Established", "crd/applysets.test.example.com")
	kubectl(t, `apiVersion: test.example.com/v1
kind: ApplySet
metadata:
  name: change
  labels: {applyset.kubernetes.io/id: `+setID()+`}
  annotations: {applyset.kubernetes.io/tooling: kubectl/v1.37, applyset.kubernetes.io/contains-group-kinds: ""}
`, "create", "-f", "-")
	t.Cleanup(func() { kubectl(t, "", "delete", "applysets.test.example.com", "change") })
}

// setID is the label of the ApplySet and of its members.
func setID() string {
	id := sha256.Sum256([]byte("change..ApplySet.test.example.com"))
	return "applyset-" + base64.RawURLEncoding.EncodeToString(id[:]) + "-v1"
}

// refusal is what kubectl prints of an object that the API server does not take.
var refusal = regexp.MustCompile(`^(?:The|Error from server .*: error when .*: The) ([A-Za-z]+) "([^"]+)" is invalid`)

// objectLine is a line of diff about an object that comes or goes.
var objectLine = regexp.MustCompile(`^([+-]) ([A-Z][A-Za-z]+) ([a-z0-9./-]+)(?::|$)`)

// version is a state of one or more sites: what diff reads, and what one cluster gets.
type version struct{ operand, manifests string }

// predicted is what diff says of a change. Of a site or a region that comes or goes as a
// whole it says how many objects those are.
func predicted(t *testing.T, old, now version) (e effects, text string) {
	t.Helper()
	cmd := command("", "athens-kfn", "diff", "-q", "-o", "json", old.operand, now.operand)
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code > 1 {
		t.Fatalf("%s: %v\n%s", cmd.Args, err, out)
	}
	var reports []struct {
		Groups []struct {
			Changes []struct{ Code, Text, Path string }
		}
	}
	if err := json.Unmarshal(out, &reports); err != nil {
		t.Fatalf("%s: %v", cmd.Args, err)
	}
	come, gone := 0, 0
	for _, r := range reports {
		for _, g := range r.Groups {
			for _, c := range g.Changes {
				text += c.Code + " " + c.Text + "\n"
				object, _, _ := strings.Cut(c.Path, ".spec.")
				words := strings.Fields(c.Text + " . . .")
				named := func(kind, name string) string {
					return strings.ToLower(kind) + "/" + strings.Trim(name[strings.LastIndex(name, "/")+1:], ":")
				}
				switch {
				case c.Code == "AD001" || c.Code == "AD003":
					come = objectsOf(t, c.Text)
				case c.Code == "AD002" || c.Code == "AD004":
					gone = objectsOf(t, c.Text)
				case c.Code == "AD504" || c.Code == "AD603":
					e.refused = append(e.refused, object)
				case c.Code == "AD601" || c.Code == "AD602":
					e.restarted = append(e.restarted, named(words[0], words[1]))
				case c.Code == "AD008" || c.Code == "AD009":
					// of an object that others make
				default:
					if m := objectLine.FindStringSubmatch(c.Text); m != nil && m[1] == "+" {
						e.created = append(e.created, named(m[2], m[3]))
					} else if m != nil {
						e.deleted = append(e.deleted, named(m[2], m[3]))
					}
				}
			}
		}
	}
	if come+gone > 0 {
		before, after := objects(t, old.manifests), objects(t, now.manifests)
		if come-gone != len(after)-len(before) {
			t.Errorf("from %d objects to %d\n%s", len(before), len(after), text)
		}
		for _, o := range after {
			if !slices.Contains(before, o) {
				e.created = append(e.created, strings.ToLower(o.Kind)+"/"+o.Metadata.Name)
			}
		}
		for _, o := range before {
			if !slices.Contains(after, o) {
				e.deleted = append(e.deleted, strings.ToLower(o.Kind)+"/"+o.Metadata.Name)
			}
		}
	}
	e.sort()
	return e, text
}

var count = regexp.MustCompile(`: (\d+) objects`)

// objectsOf what comes or goes as a whole.
func objectsOf(t *testing.T, text string) int {
	t.Helper()
	m := count.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no number of objects: %s", text)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// compare fails if a cluster did other than predicted.
func compare(t *testing.T, want, got effects, text string) {
	t.Helper()
	for _, c := range []struct {
		what      string
		want, got []string
	}{
		{"created", want.created, got.created}, {"deleted", want.deleted, got.deleted},
		{"refused", want.refused, got.refused}, {"restarted", want.restarted, got.restarted},
	} {
		if !slices.Equal(c.want, c.got) {
			t.Errorf("%s: diff predicts %q, and the cluster did %q", c.what, c.want, c.got)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// programsOf the cluster are the ReplicaSets in use by the namespace and name of
// their Deployment.
func programsOf(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for line := range strings.Lines(kubectl(t, "", "get", "replicasets", "-A", "-l", "athens.gomods.io/site",
		"-o", `jsonpath={range .items[?(@.spec.replicas>0)]}{.metadata.namespace}/{.metadata.ownerReferences[0].name} {.metadata.name}{"\n"}{end}`)) {
		if name, revision, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out[name] = revision
		}
	}
	return out
}

// settled is programsOf once every rollout is over.
func settled(t *testing.T) map[string]string {
	t.Helper()
	for _, name := range strings.Fields(kubectl(t, "", "get", "namespaces", "-o", "name")) {
		namespace := strings.TrimPrefix(name, "namespace/")
		if kubectl(t, "", "-n", namespace, "get", "deployments", "-o", "name", "-l", "athens.gomods.io/site") != "" {
			kubectl(t, "", "-n", namespace, "rollout", "status", "deployment", "-l", "athens.gomods.io/site", "--timeout=300s")
		}
	}
	return programsOf(t)
}

package prove

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// sameFate are the lines of routes and policies of examples/production, as regular
// expressions, whose loss no request shows, each with the reason.
var sameFate = []struct{ lines, why string }{
	{`goproxy: spec\.http\.\d+\.headers.*`, "a header of an answer that the gateway gives"},
	{`goproxy: spec\.http\.\d+\.name`, "a route without a name is the same route"},
	{`goproxy: spec\.http\.\d+\.(timeout|retries(\..*)?)`, "how long and how often Athens is asked, not who answers; what lists need of it is noticed as their fallback"},
	{`goproxy: spec\.http\.\d+\.route\.\d+\.destination\.port.*`, "the Service has one port"},
	{`goproxy: spec\.http\.7`, "without the route not-found Envoy itself answers 404"},
	{`goproxy-gateway-to-lathens: spec\.selector.*`, "the gateway may ask Athens for the same, and no other pod of the namespace listens"},
	{`goproxy-.*-to-athens: spec\.selector\.matchLabels\.athens\.gomods\.io/site`, "the namespace has no other site"},
	{`goproxy\.goproxy-front-door: spec\.rules\.0\.to\.0\.operation\.ports.*`, "the gateway's other port serves nothing for the host"},
	{`goproxy\.goproxy-front-door: spec\.selector.*`, "no other pod of the gateway's namespace is known"},
}

// refused are lines without which istiod's admission refuses the object; what is
// asked of it is then unknown.
var refused = []string{
	`goproxy: spec\.http\.\d+\.(directResponse|route(\.0)?)`,
	`.*: spec\.rules\.\d+\.from\.0\.source(\.principals(\.0)?)?`,
	`.*: spec\.rules\.\d+\.to\.0\.operation`,
	`.*: spec\.rules\.\d+\.when\.0\.(key|values(\.0)?|notValues(\.0)?)`,
}

// Each line of each route and policy of examples/production is needed by a promise,
// which a request shows, or is in sameFate or refused.
func TestAll_NoticesEachLineThatIsTakenOut(t *testing.T) {
	if testing.Short() {
		t.Skip("asks everything again for each of 130 lines: skipped")
	}
	s := example(t, "production")
	objects := site.Objects(s)
	p := newProver()
	if r := Of(s, objects).all(p, true); r.Verdict() != Proven {
		t.Fatalf("%+v", r.Promises)
	}
	var whys []*regexp.Regexp
	for _, f := range sameFate {
		whys = append(whys, regexp.MustCompile(`^(?:`+f.lines+`)$`))
	}
	refuses := regexp.MustCompile(`^(?:` + strings.Join(refused, "|") + `)$`)
	met := make([]bool, len(sameFate))
	for i, o := range objects {
		switch o.GetObjectKind().GroupVersionKind().Kind {
		case "VirtualService", "AuthorizationPolicy":
		default:
			continue
		}
		raw, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range linesOf(t, raw) {
			line := o.GetName() + ": " + strings.Join(path, ".")
			why := slices.IndexFunc(whys, func(re *regexp.Regexp) bool { return re.MatchString(line) })
			if why >= 0 && met[why] {
				continue // one of its kind was asked; each takes a second
			}
			changed, err := Decode(without(t, raw, path))
			if err != nil {
				t.Errorf("%s: %v", line, err)
				continue
			}
			of := slices.Clone(objects)
			of[i] = changed
			report := Of(s, of).all(p, true)
			if why >= 0 {
				met[why] = met[why] || report.Verdict() == Proven
			}
			switch verdict := report.Verdict(); {
			case verdict == BrokenBy && slices.ContainsFunc(report.Promises, func(p Promise) bool { return p.Witness != nil }):
			case verdict == Proven && why >= 0, verdict == Undecided && refuses.MatchString(line):
			default:
				t.Errorf("without %s every promise is %s", line, verdict)
			}
		}
	}
	for i, f := range sameFate {
		if !met[i] {
			t.Errorf("%s is no line that changes nothing", f.lines)
		}
	}
}

// linesOf a manifest's spec: the path of each field and of each item.
func linesOf(t *testing.T, raw []byte) (out [][]string) {
	var o map[string]any
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	var walk func(at []string, v any)
	walk = func(at []string, v any) {
		if len(at) > 1 {
			out = append(out, slices.Clone(at))
		}
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(append(at, key), v[key])
			}
		case []any:
			for i := range v {
				walk(append(at, strconv.Itoa(i)), v[i])
			}
		}
	}
	walk([]string{"spec"}, o["spec"])
	return out
}

// without is a manifest without what is at a path.
func without(t *testing.T, raw []byte, path []string) []byte {
	var o any
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	var cut func(v any, path []string) any
	cut = func(v any, path []string) any {
		switch v := v.(type) {
		case map[string]any:
			if len(path) == 1 {
				delete(v, path[0])
			} else {
				v[path[0]] = cut(v[path[0]], path[1:])
			}
			return v
		case []any:
			i, _ := strconv.Atoi(path[0])
			if len(path) == 1 {
				return slices.Delete(v, i, i+1)
			}
			v[i] = cut(v[i], path[1:])
			return v
		}
		return v
	}
	out, err := json.Marshal(cut(o, path))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

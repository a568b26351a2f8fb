package azure_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
)

// known is a field as testdata/aso.txt describes it.
type known struct {
	kind     string
	required bool
	values   []string
	least    int
	most     int
}

// table is what the operator knows: a kind's fields by their path.
type table map[string]map[string]known

func readTable(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile("testdata/aso.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := table{}
	var fields map[string]known
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case strings.Contains(words[0], "/"):
			fields = map[string]known{}
			out[words[0]+" "+words[1]] = fields
		default:
			k := known{kind: words[1]}
			for _, w := range words[2:] {
				key, value, bound := strings.Cut(w, "=")
				n, _ := strconv.Atoi(value)
				switch {
				case w == "required":
					k.required = true
				case bound && key == "minimum":
					k.least = n
				case bound && key == "maximum":
					k.most = n
				case !bound:
					k.values = strings.Split(w, "|")
				}
			}
			fields[words[0]] = k
		}
	}
	return out
}

// check reports what the operator would refuse of a value.
func (t table) check(api, path string, n *yaml.Node) (problems []string) {
	f := t[api][path]
	if path != "spec" && f.kind == "" {
		return []string{path + " is no field of " + api}
	}
	switch n.Kind {
	case yaml.MappingNode:
		if path != "spec" && f.kind != "object" && f.kind != "map" {
			problems = append(problems, path+" is no "+f.kind)
		}
		have := map[string]bool{}
		for i := 0; i < len(n.Content); i += 2 {
			key := path + "." + n.Content[i].Value
			have[key] = true
			if f.kind != "map" {
				problems = append(problems, t.check(api, key, n.Content[i+1])...)
			}
		}
		for key, field := range t[api] {
			if parent, last := key[:strings.LastIndex(key, ".")+1], key[strings.LastIndex(key, ".")+1:]; field.required && parent+last == key && strings.TrimSuffix(parent, ".") == path && !have[key] {
				problems = append(problems, key+" is required")
			}
		}
	case yaml.SequenceNode:
		if f.kind != "array" {
			problems = append(problems, path+" is no "+f.kind)
		}
		for _, item := range n.Content {
			if item.Kind == yaml.MappingNode {
				problems = append(problems, t.items(api, path+"[]", item)...)
			} else if len(f.values) > 0 && !slices.Contains(f.values, item.Value) {
				problems = append(problems, fmt.Sprintf("%s: %s is none of %v", path, item.Value, f.values))
			}
		}
	default:
		problems = append(problems, t.scalar(path, f, n)...)
	}
	return problems
}

// items checks an entry of a list of objects, which has no line of its own.
func (t table) items(api, path string, n *yaml.Node) []string {
	with := table{api: t[api]}
	with[api][path] = known{kind: "object"}
	return with.check(api, path, n)
}

func (t table) scalar(path string, f known, n *yaml.Node) (problems []string) {
	types := map[string]string{"!!str": "string", "!!int": "integer", "!!bool": "boolean"}
	if types[n.Tag] != f.kind {
		problems = append(problems, fmt.Sprintf("%s: %s is no %s", path, n.Value, f.kind))
	}
	value := strings.ReplaceAll(n.Value, " ", "")
	if len(f.values) > 0 && !slices.Contains(f.values, value) {
		problems = append(problems, fmt.Sprintf("%s: %s is none of %v", path, n.Value, f.values))
	}
	if number, err := strconv.Atoi(n.Value); err == nil && f.kind == "integer" {
		if number < f.least || f.most > 0 && number > f.most {
			problems = append(problems, fmt.Sprintf("%s: %d is out of bounds", path, number))
		}
	}
	return problems
}

func get(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		var found *yaml.Node
		for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				found = n.Content[i+1]
			}
		}
		n = found
	}
	return n
}

func text(n *yaml.Node, path ...string) string {
	if n = get(n, path...); n == nil {
		return ""
	}
	return n.Value
}

const identityID = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/goproxy/providers/Microsoft.ManagedIdentity/userAssignedIdentities/athens"

// sites are between them every field that the package writes.
var sites = map[string]string{
	"everything": `
  host: goproxy.example.com
  edge:
    frontDoor:
      cache: {}
      provision: {region: westeurope, resourceGroup: {name: edge}, firewall: {managedRules: true}}
  regions:
  - name: westeurope
    overrides: {edge: {frontDoor: {originHost: weu.example.com, loadBalancer: {privateLink: {resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy, location: westeurope}}}}}
  - name: eastus2
    overrides:
      edge: {frontDoor: {originHost: eus2.example.com, loadBalancer: {privateLink: {resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nodes/providers/Microsoft.Network/privateLinkServices/goproxy-eus2, location: eastus2}}}}`,
	"blob and cluster": `
  host: goproxy.example.com
  athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}
  mesh: {revision: asm-1-30}
  azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {}, cluster: {proxyRedirectionMechanism: CNIChaining}}}`,
	"blob and identity": `
  host: goproxy.example.com
  athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {managedIdentity: {resourceID: ` + identityID + `}}}}}
  azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {}}}`,
	"cosmos": `
  host: goproxy.example.com
  athens: {storage: {mongo: {url: {secretRef: {name: athens-mongo}}, cosmos: {account: acme-gomods, regions: [westeurope, eastus2]}}}, singleFlight: {redis: {endpoints: ["redis.cache.svc.cluster.local:6379"]}}}
  azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {}}}`,
	"least": `
  host: goproxy.example.com
  edge:
    frontDoor:
      originHost: origin.example.com
      provision: {resourceGroup: {resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/edge}}`,
}

func load(t *testing.T, spec string) *v1alpha1.AthensSite {
	t.Helper()
	text := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:" + spec
	site, problems := strict.Load[v1alpha1.AthensSite](spectest.Node(t, text))
	for _, p := range problems {
		t.Error(p)
	}
	if t.Failed() {
		t.FailNow()
	}
	return site
}

func nodes(site *v1alpha1.AthensSite) []*yaml.Node {
	var out []*yaml.Node
	for _, o := range azure.Objects(site) {
		out = append(out, krm.Encode(o))
	}
	return out
}

// TestOperatorFields holds every field that is written against what the
// operator knows of it.
func TestOperatorFields(t *testing.T) {
	operator := readTable(t)
	for name, spec := range sites {
		t.Run(name, func(t *testing.T) {
			for _, o := range nodes(load(t, spec)) {
				api := text(o, "apiVersion") + " " + text(o, "kind")
				if operator[api] == nil {
					t.Errorf("the operator has no %s", api)
				}
				for _, p := range operator.check(api, "spec", get(o, "spec")) {
					t.Errorf("%s %s: %s", api, text(o, "metadata", "name"), p)
				}
			}
		})
	}
}

// TestOperatorFieldsNotices breaks objects and wants the table to see it.
func TestOperatorFieldsNotices(t *testing.T) {
	operator := readTable(t)
	for _, tt := range []struct{ api, spec, want string }{
		{"cdn.azure.com/v1api20230501 Route", "{owner: {name: x}, patternToMatch: []}", "spec.patternToMatch is no field"},
		{"cdn.azure.com/v1api20230501 Route", "{owner: {name: x}, httpsRedirect: On}", "On is none of"},
		{"cdn.azure.com/v1api20230501 Route", "{owner: {name: x}, supportedProtocols: [HTTPS]}", "HTTPS is none of"},
		{"cdn.azure.com/v1api20230501 Route", "{}", "spec.owner is required"},
		{"cdn.azure.com/v1api20230501 Profile", "{owner: {name: x}, location: Global, sku: {}, originResponseTimeoutSeconds: 15}", "15 is out of bounds"},
		{"cdn.azure.com/v1api20230501 AfdOrigin", "{owner: {name: x}, weight: \"7\"}", "7 is no integer"},
		{"network.frontdoor.azure.com/v1api20220501 WebApplicationFirewallPolicy", "{owner: {name: x}, customRules: {rules: [{priority: 1, action: Block, ruleType: MatchRule}]}}", "spec.customRules.rules[].matchConditions is required"},
	} {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(tt.spec), &node); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(operator.check(tt.api, "spec", node.Content[0]), "\n"); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s: got %q, want %q", tt.api, tt.spec, got, tt.want)
		}
	}
}

// parents are the kinds that own other kinds.
var parents = map[string]string{
	"Profile": "ResourceGroup", "AfdEndpoint": "Profile", "AfdCustomDomain": "Profile", "AfdOriginGroup": "Profile",
	"AfdOrigin": "AfdOriginGroup", "RuleSet": "Profile", "Rule": "RuleSet", "Route": "AfdEndpoint",
	"SecurityPolicy": "Profile", "WebApplicationFirewallPolicy": "ResourceGroup",
	"StorageAccount": "ResourceGroup", "StorageAccountsBlobService": "StorageAccount",
	"StorageAccountsBlobServicesContainer": "StorageAccountsBlobService", "RoleAssignment": "StorageAccount",
	"UserAssignedIdentity": "ResourceGroup", "DatabaseAccount": "ResourceGroup", "MongodbDatabase": "DatabaseAccount",
	"ManagedCluster": "ResourceGroup",
}

// TestConnected wants every owner and every reference to be an object of the
// same manifests, made before what needs it.
func TestConnected(t *testing.T) {
	for name, spec := range sites {
		t.Run(name, func(t *testing.T) {
			made := map[string]bool{}
			writers := map[string]string{}
			for _, o := range nodes(load(t, spec)) {
				kind, name := text(o, "kind"), text(o, "metadata", "name")
				if parent := parents[kind]; parent != "" && text(o, "spec", "owner", "armId") == "" {
					if owner := parent + " " + text(o, "spec", "owner", "name"); !made[owner] {
						t.Errorf("%s %s: there is no %s before it", kind, name, owner)
					}
				}
				references(get(o, "spec"), func(ref *yaml.Node) {
					if text(ref, "armId") == "" && !made[text(ref, "kind")+" "+text(ref, "name")] {
						t.Errorf("%s %s: there is no %s %s before it", kind, name, text(ref, "kind"), text(ref, "name"))
					}
				})
				if e := get(o, "spec", "operatorSpec", "configMapExpressions"); e != nil {
					to := text(e.Content[0], "name")
					if first := writers[to]; first != "" {
						t.Errorf("%s %s writes to ConfigMap %s, which the operator lets %s own", kind, name, to, first)
					}
					writers[to] = kind + " " + name
				}
				if made[kind+" "+name] {
					t.Errorf("%s %s is made twice", kind, name)
				}
				made[kind+" "+name] = true
			}
		})
	}
}

// TestSecrets wants what Athens reads to be what the operator writes.
func TestSecrets(t *testing.T) {
	for _, tt := range []struct {
		site, kind string
		path       []string
		name, key  string
	}{
		{"blob and cluster", "StorageAccount", []string{"secrets", "key1"}, "athens-blob", "accountKey"},
		{"cosmos", "DatabaseAccount", []string{"secretExpressions"}, "athens-mongo", "url"},
	} {
		for _, o := range nodes(load(t, sites[tt.site])) {
			if text(o, "kind") != tt.kind {
				continue
			}
			to := get(o, append([]string{"spec", "operatorSpec"}, tt.path...)...)
			if to != nil && to.Kind == yaml.SequenceNode {
				to = to.Content[0]
			}
			if text(to, "name") != tt.name || text(to, "key") != tt.key {
				t.Errorf("%s writes to %s/%s, and Athens reads %s/%s", tt.kind, text(to, "name"), text(to, "key"), tt.name, tt.key)
			}
		}
	}
}

// TestTerraform wants nothing in the manifests that Terraform makes.
func TestTerraform(t *testing.T) {
	if got := azure.Objects(load(t, strings.Replace(sites["cosmos"], "azure: {", "azure: {tool: Terraform, ", 1))); got != nil {
		t.Errorf("got %d objects, want none", len(got))
	}
}

// references calls a function with every reference in a value.
func references(n *yaml.Node, do func(*yaml.Node)) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if c.Value == "reference" {
				do(n.Content[i+1])
			}
			continue
		}
		references(c, do)
	}
}

// TestOneFrontDoor wants the Front Door in the manifests of one region.
func TestOneFrontDoor(t *testing.T) {
	for _, tt := range []struct {
		region string
		want   bool
	}{{"", true}, {"westeurope", true}, {"eastus2", false}} {
		site := load(t, sites["everything"]+"\n  region: \""+tt.region+"\"")
		if got := len(azure.Objects(site)) > 0; got != tt.want {
			t.Errorf("region %q: has a Front Door: %v, want %v", tt.region, got, tt.want)
		}
	}
}

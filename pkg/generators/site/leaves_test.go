package site_test

import (
	"bytes"
	"reflect"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/terraform"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// inNoObject are leaves that no object of any site shows, with the reason. A name
// that ends with a dot is for all leaves below.
var inNoObject = map[string]string{
	"gateway.service.type":                              "has one value so far",
	"gateway.internal":                                  "check judges who can reach the site by it",
	"gateway.clients[].name":                            "the key of its list",
	"gateway.catalogClients[].name":                     "the key of its list",
	"athens.workVolume.emptyDir":                        "the default",
	"athens.singleFlight.azureBlob":                     "the default of its storage, and refused with any other",
	"athens.singleFlight.gcs":                           "the default of its storage, and refused with any other",
	"azure.provision.cluster.proxyRedirectionMechanism": "the add-on has no field for it: a rule holds the namespace's level against it",
	"athens.storage.minio.tls.caRef.":                   "refused",
	"athens.storage.minio.tls.clientCertificate.":       "refused",
	"athens.storage.minio.tls.serverName":               "refused",
	"athens.storage.s3.tls.clientCertificate.":          "refused",
	"athens.storage.s3.tls.serverName":                  "refused",
	"athens.index.postgres.tls.serverName":              "refused",
	"athens.index.mysql.tls.caRef.":                     "refused",
	"athens.index.mysql.tls.clientCertificate.":         "refused",
	"athens.index.mysql.tls.serverName":                 "refused",
	"athens.singleFlight.redis.tls.caRef.":              "refused",
	"athens.singleFlight.redis.tls.clientCertificate.":  "refused",
	"athens.singleFlight.redis.tls.serverName":          "refused",
	"athens.singleFlight.etcd.tls.caRef.":               "refused",
	"athens.singleFlight.etcd.tls.clientCertificate.":   "refused",
	"athens.singleFlight.etcd.tls.serverName":           "refused",
	"athens.resources.claims[].name":                    "refused",
	"athens.resources.claims[].request":                 "refused",
	"lathens.resources.claims[].name":                   "refused",
	"lathens.resources.claims[].request":                "refused",
	"crathens.resources.claims[].name":                  "refused",
	"crathens.resources.claims[].request":               "refused",
	"logs.openTelemetry.resources.claims[].name":        "refused",
	"logs.openTelemetry.resources.claims[].request":     "refused",
	"tracing.operator.resources.claims[].name":          "refused",
	"tracing.operator.resources.claims[].request":       "refused",
}

// onlySometimes are leaves that no object shows in some sites, where they are not
// refused, with the reason.
var onlySometimes = map[string]string{
	"host":                              "with a gateway.service, client and the runbook have it",
	"athens.private.credentials[].host": "with egress.mode Open every host is open already",
	"athens.storage.s3.credentials.podIdentity": "opens the agent of EKS, where something is closed",
	"egress.allow[].host":                       "with egress.mode Open only a port of its own opens anything",
	"gateway.istio.workload.port":               "beside a gatewayRef, client and the runbook have it",
	"gateway.istio.workload.targetPort":         "without an edge, prove and the runbook have it",
}

// Each leaf of the schema changes an object of some site. In a site in which it
// changes none, it is refused as meaningless, and what is refused so changes none.
// Of the examples, the leaves that they write are tried; of leafSpecs, all.
func TestLeaves(t *testing.T) {
	spec, err := explain.Spec()
	if err != nil {
		t.Fatal(err)
	}
	var leaves []*explain.Field
	spec.Walk(func(f *explain.Field) {
		kubernetes := strings.Contains(f.Path, ".valueFrom.") // copied as it is
		if len(f.Fields) == 0 && !f.Overrides && !kubernetes {
			leaves = append(leaves, f)
		}
	})
	moved := &marks{seen: map[string]bool{}}
	t.Run("in", func(t *testing.T) {
		for name, doc := range leafSites(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if _, problems := strict.Load[v1alpha1.AthensSite](doc); len(problems) > 0 {
					t.Fatal(problems)
				}
				for _, leaf := range leaves {
					path := pathIn(doc, leaf.Path)
					if path != nil && (leafSpecs[name] != "" || tree.At(doc, path) != nil) {
						tryLeaf(t, doc, path, leaf, moved)
					}
				}
			})
		}
	})
	for _, leaf := range leaves {
		reason := whyInNoObject(leaf.Path)
		switch moves := moved.seen[leaf.Path]; {
		case !moves && reason == "":
			t.Errorf("%s (%s) changes no object of any site: use it, or say why not in inNoObject", leaf.Path, leaf.Type)
		case moves && reason != "":
			t.Errorf("%s changes objects: remove it from inNoObject", leaf.Path)
		}
	}
}

func whyInNoObject(path string) string {
	for name, reason := range inNoObject {
		if rest, below := strings.CutPrefix(path, "spec."+name); below && (rest == "" || strings.HasSuffix(name, ".")) {
			return reason
		}
	}
	return ""
}

// marks are paths that parallel tests have seen.
type marks struct {
	sync.Mutex
	seen map[string]bool
}

func (m *marks) add(path string) {
	m.Lock()
	defer m.Unlock()
	m.seen[path] = true
}

// leafSites are sites that write every part of the spec.
func leafSites(t *testing.T) map[string]*yaml.Node {
	t.Helper()
	out := map[string]*yaml.Node{}
	for _, s := range sitetest.Sites(t, examples) {
		out[s.File] = spectest.Node(t, s.Text)
	}
	for name, spec := range leafSpecs {
		out[name] = spectest.Node(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com"+spec)
	}
	return out
}

// pathIn is the path of a leaf in a site, with the first entry of each list; nil
// where a part that is off by default, or a list, is not written.
func pathIn(doc *yaml.Node, leaf string) tree.Path {
	var path tree.Path
	steps := strings.Split(leaf, ".")
	for i, step := range steps {
		name, list := strings.CutSuffix(step, "[]")
		path = path.With(name)
		if list {
			path = path.With("[0]")
		}
		optional := strict.TypeAt(reflect.TypeFor[v1alpha1.AthensSite](), path.String()).Kind() == reflect.Pointer
		if i < len(steps)-1 && (list || optional) && tree.At(doc, path) == nil {
			return nil
		}
	}
	return path
}

// tryLeaf writes values in a site, and compares what its regions make of them,
// one after the other until they differ.
func tryLeaf(t *testing.T, doc *yaml.Node, path tree.Path, leaf *explain.Field, moved *marks) {
	var silent []string
	for region := range max(1, len(tree.Items(doc, "spec", "regions"))) {
		absent := made(doc, path, nil, region)
		if !absent.sound && leaf.Type == "{}" { // one of a union
			absent = made(doc, path[:len(path)-1], nil, region)
		}
		sound := []making{absent}
		for _, value := range samples(t, leaf) {
			m := made(doc, path, value, region)
			m.text = written(value)
			if m.unused {
				if absent.sound && !same(m, absent) {
					t.Errorf("%s: %s is refused as meaningless, and changes objects", leaf.Path, m.text)
				}
				return
			}
			if !m.sound {
				continue
			}
			for _, other := range sound {
				switch {
				case !other.sound || reflect.DeepEqual(m.spec, other.spec):
				case !same(m, other):
					moved.add(leaf.Path)
					return
				default:
					silent = []string{other.text, m.text}
				}
			}
			sound = append(sound, m)
		}
	}
	if silent != nil && whyInNoObject(leaf.Path) == "" && onlySometimes[strings.TrimPrefix(leaf.Path, "spec.")] == "" {
		t.Errorf("%s: %s make the same objects, and are not refused", leaf.Path, strings.Join(silent, " and "))
	}
}

// making is what becomes of a site with a value at a path.
type making struct {
	text string
	// sound says that there are no problems.
	sound bool
	// unused says that the problems are only that the value has no meaning.
	unused  bool
	spec    v1alpha1.AthensSiteSpec
	objects []generators.Object
	// terraform is what a tool makes instead of objects.
	terraform []byte
}

func same(a, b making) bool {
	return reflect.DeepEqual(a.objects, b.objects) && bytes.Equal(a.terraform, b.terraform)
}

// made is a site with a value at a path, nil for none, in one of its regions.
func made(doc *yaml.Node, path tree.Path, value *yaml.Node, region int) making {
	changed := tree.Clone(doc)
	tree.Set(changed, path, value)
	if regions := tree.Items(changed, "spec", "regions"); region < len(regions) && path.String() != "spec.region" {
		tree.Set(changed, tree.Path{"spec", "region"}, tree.String(tree.Text(regions[region], "name")))
	}
	loaded, problems := strict.Load[v1alpha1.AthensSite](changed)
	out := making{text: "none", sound: len(problems) == 0, unused: len(problems) > 0}
	for _, p := range problems {
		out.unused = out.unused && strings.HasPrefix(p.Message, "has no meaning ") && problem.Within(p.Path, path.String())
	}
	if out.sound || out.unused {
		out.spec, out.objects = loaded.Spec, site.Objects(loaded)
		out.terraform = terraform.Configuration([]*v1alpha1.AthensSite{loaded})
	}
	return out
}

func written(value *yaml.Node) string {
	text, _ := yaml.Marshal(value)
	return strings.TrimSpace(string(text))
}

// samples are values of a leaf: its own, or those of its type.
func samples(t *testing.T, leaf *explain.Field) (out []*yaml.Node) {
	t.Helper()
	texts := leafValues[leaf.Path]
	switch {
	case texts != nil:
	case leaf.Allowed != nil:
		texts = leaf.Allowed
	default:
		texts = typeValues[leaf.Type]
	}
	if texts == nil {
		t.Fatalf("%s: no values of the type %q", leaf.Path, leaf.Type)
	}
	for _, text := range texts {
		out = append(out, spectest.Node(t, text))
	}
	return out
}

package releases_test

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// athensSpecs make, together, every variable that a site gives Athens.
var athensSpecs = []string{
	`athens: {storage: {memory: {}}, replicas: 1}`,
	`athens: {storage: {disk: {}}}`,
	`athens: {storage: {mongo: {url: {secretRef: {name: m}}, hosts: ["mongo.example.com:27017"]}}}`,
	`athens: {storage: {azureBlob: {account: account, container: modules, credentials: {secretRef: {name: a}}}}}`,
	`athens: {storage: {azureBlob: {account: account, container: modules, credentials: {managedIdentity: {resourceID: /subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id}}}}}`,
	`athens: {storage: {gcs: {bucket: modules, projectID: project, credentials: {secretRef: {name: g}}}}}`,
	`athens: {storage: {s3: {region: eu-west-1, bucket: modules, endpoint: "https://s3.example.com", credentials: {secretRef: {name: k, keys: {sessionToken: token}}}}}}`,
	`athens: {storage: {s3: {region: eu-west-1, bucket: modules, endpoint: "https://s3.example.com", tls: {caRef: {configMapRef: {name: ca}}}, credentials: {secretRef: {name: k}}}}}`,
	`athens: {storage: {minio: {endpoint: "minio.example.com:9000", region: r, tls: {}, bucket: modules, credentials: {secretRef: {name: k}}}}}`,
	`athens: {storage: {external: {url: "https://store.example.com"}}}`,
	`athens: {singleFlight: {etcd: {endpoints: ["etcd.example.com:2379"]}}}`,
	`athens: {singleFlight: {redis: {endpoints: ["redis.example.com:6379"], password: {secretRef: {name: r}}}}}`,
	`athens: {singleFlight: {redis: {endpoints: ["redis.example.com:26379"], sentinel: {masterName: m, servers: ["redis.example.com:6379"], password: {secretRef: {name: r}}}}}}`,
	`athens: {index: {postgres: {host: db.example.com, credentials: {secretRef: {name: s}}}}}`,
	`athens: {index: {mysql: {host: db.example.com, credentials: {secretRef: {name: s}}}}}`,
	`athens: {download: {mode: Redirect, url: "https://other.example.com"}}`,
	`athens: {basicAuth: {secretRef: {name: auth}}, validatorHook: "https://validator.example.com/check"}`,
	`athens: {filter: "D example.com/bad", upstream: {goproxy: "https://mirror.example.com"}}`,
	`athens: {upstream: {goEnv: {GOSUMDB: sum.golang.org, GOVCS: "*:git", GOFLAGS: "-x", GONOPROXY: none, GOINSECURE: git.example.com, GOTOOLCHAIN: local}}}`,
	`athens: {private: {patterns: [git.example.com/*], netrc: {secretRef: {name: n}}, hgrc: {secretRef: {name: h}}}}`,
	`athens: {private: {patterns: [git.example.com/*], credentials: [{host: lab.example.com, token: {secretRef: {name: t}}}, {host: git.example.com, ssh: {secretRef: {name: s}}}]}}`,
	`egress: {proxy: {url: "http://proxy.example.com:3128", credentials: {secretRef: {name: p}}}}`,
	`athens: {upstream: {goEnv: {GOAUTH: "off"}}}`,
	`trust: {caCertificates: [{configMapRef: {name: ca}}]}`,
	`tracing: {provider: otel, collector: {serviceRef: {name: otel, namespace: otel}}}`,
}

// newSpecs are those that releases before AthensNewest refuse.
var newSpecs = []string{
	`athens: {singleFlight: {redis: {endpoints: ["redis.example.com:6379"], tls: {}, cluster: {servers: ["r0.example.com:6379"]}}}}`,
	`athens: {singleFlight: {redis: {endpoints: ["redis.example.com:26379"], username: u, password: {secretRef: {name: r}}, database: 2, sentinel: {masterName: m, servers: ["redis.example.com:6379"]}}}}`,
}

// notByName are settings whose field writes something else.
var notByName = map[string]string{
	"ATHENS_GITHUB_TOKEN":         "git asks for the token of each server, and Athens has one for github.com",
	"ALL_PROXY":                   "HTTPS_PROXY is read by more programs",
	"all_proxy":                   "so is https_proxy",
	"AWS_ENDPOINT_URL":            "Athens has AWS_ENDPOINT, which is for the bucket alone",
	"AWS_ENDPOINT_URL_S3":         "so it has",
	"GIT_SSL_CAINFO":              "a setting of git, which a person's file of git may have otherwise for one server",
	"GIT_SSL_CAPATH":              "a setting of git too",
	"ATHENS_GOGET_DIR":            "the field is the volume of /tmp, which is Athens' default, and where it clones what it lists too",
	"ATHENS_STORAGE_GCP_JSON_KEY": "the key is a file that GOOGLE_APPLICATION_CREDENTIALS names",
	"GONOSUMDB":                   "GOPRIVATE says the same, and says it of GONOPROXY too",
}

// replaceable are variables that the site writes and a person may write instead:
// no field has their whole meaning.
var replaceable = map[string]string{
	"ATHENS_GLOBAL_ENDPOINT":         "the site guesses it from the first proxy",
	"ATHENS_TRACE_EXPORTER":          "Athens has exporters that spec.tracing does not speak of",
	"ATHENS_TRACE_EXPORTER_URL":      "so have those exporters",
	"ATHENS_TRACE_SAMPLING_FRACTION": "Athens may have a fraction of its own",
	"AWS_CA_BUNDLE":                  "it may be for Amazon's own servers",
	"GIT_SSH_COMMAND":                "a server may need other options of ssh",
	"OTEL_RESOURCE_ATTRIBUTES":       "a team may have attributes of its own",
}

// written are the variables of Athens' container and of its go command, with a
// release that each was written for.
func written(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, version := range []string{releases.AthensOldest, releases.AthensNewest, releases.AthensLater} {
		specs := athensSpecs
		if !releases.Older(version, releases.AthensNewest) {
			specs = slices.Concat(specs, newSpecs)
		}
		for _, spec := range specs {
			// A version that is not released needs an image.
			site := spectest.Sound(t, "modules", spec, "athens: {version: "+version+", image: registry.example.com/athens:x}")
			for _, e := range athensContainer(t, site).Env {
				if !releases.Known(e.Name, version) {
					t.Errorf("%s is written for Athens %s, which does not read it by pkg/releases", e.Name, version)
				}
				out[e.Name] = version
				if e.Name != "ATHENS_GO_BINARY_ENV_VARS" {
					continue
				}
				for assignment := range strings.SplitSeq(e.Value, ";") {
					name, _, _ := strings.Cut(assignment, "=")
					out[name] = version
				}
			}
		}
	}
	return out
}

func athensContainer(t *testing.T, site *v1alpha1.AthensSite) *corev1.Container {
	t.Helper()
	for _, o := range generators.AthensWorkload(site) {
		if d, ok := o.(*appsv1.Deployment); ok {
			return &d.Spec.Template.Spec.Containers[0]
		}
	}
	t.Fatal("no Deployment of Athens")
	return nil
}

// TestSettings_OfAFieldAreWritten wants every row that names a field written by a
// generator, and every row without a field written by none.
func TestSettings_OfAFieldAreWritten(t *testing.T) {
	got := written(t)
	for _, s := range releases.Settings {
		_, isWritten := got[s.Name]
		_, apart := notByName[s.Name]
		_, may := replaceable[s.Name]
		switch {
		case s.Field != "" && isWritten == apart:
			t.Errorf("%s: the field %s sets it by the table: written %v, in notByName %v", s.Name, s.Field, isWritten, apart)
		case s.Field == "" && apart:
			t.Errorf("%s is in notByName, but has no field", s.Name)
		case s.Field == "" && s.Fixed == "" && isWritten != may:
			t.Errorf("%s: no field sets it by the table: written %v, in replaceable %v", s.Name, isWritten, may)
		case (s.Field != "" || s.Fixed != "") && may:
			t.Errorf("%s is in replaceable, but cannot be set", s.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if len(releases.Lookup(name)) == 0 && !strings.HasPrefix(name, "GIT_CONFIG_") {
			t.Errorf("%s is written, and the table does not have it", name)
		}
	}
}

// TestSettings_AreRefusedWithTheirField writes every row into athens.env.
func TestSettings_AreRefusedWithTheirField(t *testing.T) {
	for _, s := range releases.Settings {
		version := releases.AthensNewest
		if !s.In(version) {
			version = cmp.Or(s.Since, releases.AthensOldest)
		}
		site := spectest.Site(t, "modules", "athens: {version: "+version+", image: registry.example.com/athens:x, env: [{name: "+s.Name+", valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}")
		problems := site.Validate(nil)
		want := s.Field + s.Fixed
		if want == "" {
			if len(problems) > 0 {
				t.Errorf("%s: no field sets it, and it is refused: %v", s.Name, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[0].Path != "spec.athens.env[0].name" || !strings.Contains(problems[0].Message, want) {
			t.Errorf("%s: want one problem that says %q: %v", s.Name, want, problems)
		}
	}
}

// TestSettings_NameFieldsThatExist looks up every field of the table.
func TestSettings_NameFieldsThatExist(t *testing.T) {
	for _, s := range releases.Settings {
		field, _, _ := strings.Cut(s.Field, " ")
		if field != "" && strict.TypeAt(reflect.TypeFor[v1alpha1.AthensSite](), "spec."+field) == nil {
			t.Errorf("%s: there is no field spec.%s", s.Name, field)
		}
	}
}

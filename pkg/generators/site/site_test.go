package site

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

var (
	storages = []string{
		`null`,
		`{memory: {}}`,
		`{disk: {accessMode: ReadWriteMany}}`,
		`{disk: {claimRef: {name: c}}}`,
		`{mongo: {url: {secretRef: {name: m}}, hosts: ["db.example.com:27017"]}}`,
		`{mongo: {url: {secretRef: {name: m}}, cosmos: {account: a, regions: [westeurope]}}}`,
		`{azureBlob: {account: a, container: c, credentials: {secretRef: {name: s}}}}`,
		`{azureBlob: {account: a, container: c, credentials: {managedIdentity: {resourceID: /id}}}}`,
		`{gcs: {bucket: b}}`,
		`{gcs: {bucket: b, credentials: {workloadIdentity: {serviceAccount: a@b.iam.gserviceaccount.com}}}}`,
		`{gcs: {bucket: b, credentials: {secretRef: {name: s}}}}`,
		`{s3: {region: r, bucket: b}}`,
		`{s3: {region: r, bucket: b, credentials: {irsa: {roleARN: "arn:aws:iam::1:role/a"}}}}`,
		`{s3: {region: r, bucket: b, credentials: {podIdentity: {}}}}`,
		`{s3: {region: r, bucket: b, endpoint: "https://s3.example.com", credentials: {secretRef: {name: s}}}}`,
		`{minio: {endpoint: "minio.store.svc:9000", bucket: b, credentials: {secretRef: {name: s}}}}`,
		`{external: {url: "https://store.example.com"}}`,
	}
	locks = []string{
		``,
		`singleFlight: {etcd: {endpoints: ["etcd.lock.svc:2379"]}},`,
		`singleFlight: {redis: {endpoints: ["redis.lock.svc:6379"], password: {secretRef: {name: s}}}},`,
		`singleFlight: {redis: {endpoints: ["s:26379"], sentinel: {masterName: m}}},`,
	}
	rest = []string{
		`{}`,
		`{mesh: {mode: None}}`,
		`{mesh: {mode: None}, tracing: {collector: {serviceRef: {namespace: otel, name: c}}}}`,
		`{mesh: {mode: None}, gateway: {ingress: {}}, lathens: {enabled: false}, crathens: {enabled: false}}`,
		`{lathens: {enabled: false}, networkPolicies: {enabled: false}, namespace: {create: false}}`,
		`{mesh: {revision: asm-1-30}, tracing: {provider: p, collector: {serviceRef: {namespace: otel, name: c}}},
		  edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}, lathens: {replicas: 2, autoscaling: {maxReplicas: 6}}}`,
		`{metrics: {}, mesh: {mode: None}}`,
		`{metrics: {operator: None, namespace: monitoring, labels: {release: p}}}`,
		`{gateway: {istio: {gatewayRef: {namespace: infra, name: shared}, workload: {labels: {istio: ingressgateway}, serviceAccountName: shared}}}, crathens: {enabled: true, modules: [golang.org/x/mod]}, images: {pullSecretRefs: [{name: pull}]}}`,
	}
)

// matrix calls f with every storage × lock × rest.
func matrix(t *testing.T, f func(t *testing.T, build func() *v1alpha1.AthensSite)) {
	for _, storage := range storages {
		for _, lock := range locks {
			for _, spec := range rest {
				athens := "athens: {replicas: 2, autoscaling: {maxReplicas: 4}, " + lock + "storage: " + storage + "}"
				f(t, func() *v1alpha1.AthensSite {
					return spectest.Site(t, "modules", strings.ReplaceAll(spec, "\t", " "), athens)
				})
			}
		}
	}
}

func TestEverySite(t *testing.T) {
	matrix(t, func(t *testing.T, build func() *v1alpha1.AthensSite) {
		site := build()
		objects := Objects(site)
		checkObjects(t, site, objects)
		checkPods(t, objects)
		if diff := cmp.Diff(build(), site); diff != "" {
			t.Errorf("building changed the site:\n%s", diff)
		}
	})
}

// The same site gives the same objects, whatever order its maps have.
func TestSameSiteSameObjects(t *testing.T) {
	matrix(t, func(t *testing.T, build func() *v1alpha1.AthensSite) {
		if !reflect.DeepEqual(Objects(build()), Objects(build())) {
			t.Errorf("%+v: objects differ", build().Spec)
		}
	})
}

// Nothing of a site names the Services of a cluster with another domain.
func TestClusterDomain(t *testing.T) {
	const spec = `{clusterDomain: corp.internal, mesh: {trustDomain: corp.internal}, metrics: {},
	  tracing: {provider: otel, collector: {serviceRef: {namespace: otel, name: otel-collector}}, operator: {exporter: {endpoint: "tempo.otel.svc:4317"}}},
	  athens: {storage: {disk: {}}, singleFlight: {etcd: {endpoints: ["etcd.lock.svc.corp.internal:2379"]}}}}`
	for _, o := range Objects(spectest.Site(t, "modules", strings.ReplaceAll(spec, "\t", " "))) {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "cluster.local") {
			t.Errorf("%s %s names cluster.local:\n%s", o.GetObjectKind().GroupVersionKind().Kind, o.GetName(), text)
		}
	}
}

func checkObjects(t *testing.T, site *v1alpha1.AthensSite, objects []generators.Object) {
	t.Helper()
	seen := map[string]bool{}
	for _, o := range objects {
		if reflect.ValueOf(o).IsNil() {
			t.Fatal("a nil object")
		}
		kind := o.GetObjectKind().GroupVersionKind()
		id := kind.GroupKind().String() + " " + o.GetNamespace() + "/" + o.GetName()
		if kind.Kind == "" || kind.Version == "" || o.GetName() == "" {
			t.Errorf("%T %q: type or name missing", o, id)
		}
		if seen[id] {
			t.Errorf("%s twice", id)
		}
		seen[id] = true
		if got := o.GetLabels()[generators.SiteLabel]; got != "modules.goproxy" {
			t.Errorf("%s: owner %q", id, got)
		}
		if o.GetNamespace() == "" && kind.Kind != "Namespace" {
			t.Errorf("%s: no namespace", id)
		}
		if istio := strings.HasSuffix(kind.Group, "istio.io"); istio && !generators.Meshed(site) {
			t.Errorf("%s outside a mesh", id)
		}
	}
}

// checkPods looks at what pods and other objects say about each other.
func checkPods(t *testing.T, objects []generators.Object) {
	t.Helper()
	var templates []corev1.PodTemplateSpec
	names := map[string]bool{}
	for _, o := range objects {
		names[o.GetObjectKind().GroupVersionKind().Kind+"/"+o.GetName()] = true
		switch o := o.(type) {
		case *appsv1.Deployment:
			templates = append(templates, o.Spec.Template)
			if !selects(o.Spec.Selector.MatchLabels, o.Spec.Template) {
				t.Errorf("%s does not select its own pods", o.Name)
			}
			if _, ok := o.Spec.Selector.MatchLabels["app.kubernetes.io/instance"]; ok {
				t.Errorf("%s selects by a label that Argo CD may change", o.Name)
			}
		case *batchv1.CronJob:
			templates = append(templates, o.Spec.JobTemplate.Spec.Template)
		}
	}
	for _, o := range objects {
		if s, ok := o.(*corev1.Service); ok && !selectsAny(s.Spec.Selector, templates) {
			t.Errorf("Service %s selects nothing", s.Name)
		}
	}
	for _, template := range templates {
		spec := template.Spec
		if !names["ServiceAccount/"+spec.ServiceAccountName] {
			t.Errorf("no ServiceAccount %s", spec.ServiceAccountName)
		}
		mounts := map[string]bool{}
		for _, m := range spec.Containers[0].VolumeMounts {
			mounts[m.Name] = true
		}
		for _, v := range spec.Volumes {
			if !mounts[v.Name] {
				t.Errorf("volume %s is not mounted", v.Name)
			}
			if v.ConfigMap != nil && !names["ConfigMap/"+v.ConfigMap.Name] {
				t.Errorf("no ConfigMap %s", v.ConfigMap.Name)
			}
			if c := v.PersistentVolumeClaim; c != nil && c.ClaimName != "c" && !names["PersistentVolumeClaim/"+c.ClaimName] {
				t.Errorf("no claim %s", c.ClaimName)
			}
		}
		c := spec.Containers[0].SecurityContext
		if *spec.EnableServiceLinks || *spec.AutomountServiceAccountToken || !*spec.SecurityContext.RunAsNonRoot ||
			!*c.ReadOnlyRootFilesystem || *c.AllowPrivilegeEscalation || len(c.Capabilities.Drop) != 1 {
			t.Errorf("%s: not as safe as it should be", spec.Containers[0].Name)
		}
	}
}

func selects(selector map[string]string, template corev1.PodTemplateSpec) bool {
	return labels.SelectorFromSet(selector).Matches(labels.Set(template.Labels))
}

func selectsAny(selector map[string]string, templates []corev1.PodTemplateSpec) bool {
	for _, template := range templates {
		if selects(selector, template) {
			return true
		}
	}
	return false
}

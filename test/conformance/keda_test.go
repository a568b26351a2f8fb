package conformance

import (
	"context"
	"fmt"
	"testing"

	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/recorder"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

// TestKEDA sends the ScaledObjects of all goldens through KEDA's own admission, beside
// the Deployments that they scale. It wants each container to ask for the CPU that a
// trigger measures, and the workload to have no other scaler.
func TestKEDA(t *testing.T) {
	all := readGlob(t, "testdata/golden/*/output.yaml")
	seen := 0
	for _, o := range all {
		if o.GroupVersionKind().Group != keda.GroupVersion.Group {
			continue
		}
		seen++
		for _, problem := range admitKEDA(t, o, all) {
			t.Errorf("%s: %s", o, problem)
		}
	}
	if seen == 0 {
		t.Error("no golden has a ScaledObject")
	}
}

// TestKEDA_Refuses shows that it can refuse one.
func TestKEDA_Refuses(t *testing.T) {
	for name, breakIt := range map[string]func(scaled, deployment object) []object{
		"no Deployment": func(object, object) []object { return nil },
		"no CPU": func(_, deployment object) []object {
			set(deployment.Object, []string{"spec", "template", "spec", "containers", "0", "resources"}, nil)
			return []object{deployment}
		},
		"a minimum above the maximum": func(scaled, deployment object) []object {
			set(scaled.Object, []string{"spec", "minReplicaCount"}, int64(1000))
			return []object{deployment}
		},
		"an unknown field": func(scaled, deployment object) []object {
			set(scaled.Object, []string{"spec", "minReplicas"}, int64(1))
			return []object{deployment}
		},
	} {
		seen := false
		all := readGlob(t, "testdata/golden/*/output.yaml")
		for _, scaled := range all {
			if scaled.GroupVersionKind().Group != keda.GroupVersion.Group {
				continue
			}
			for _, o := range all {
				if o.file == scaled.file && o.GetKind() == "Deployment" && o.GetName() == scaled.GetName() {
					seen = true
					if len(admitKEDA(t, scaled, breakIt(scaled, o))) == 0 {
						t.Errorf("%s: nothing is said", name)
					}
				}
			}
		}
		if !seen {
			t.Errorf("%s: no ScaledObject beside its Deployment", name)
		}
	}
}

// admitKEDA says what KEDA's admission has against a ScaledObject among the Deployments
// and HorizontalPodAutoscalers of its file.
func admitKEDA(t *testing.T, o object, all []object) []string {
	t.Helper()
	var scaled keda.ScaledObject
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(o.Object, &scaled, true); err != nil {
		return []string{err.Error()}
	}
	types := runtime.NewScheme()
	utilruntime.Must(scheme.AddToScheme(types))
	utilruntime.Must(keda.AddToScheme(types))
	m := &standIn{scheme: types, client: fake.NewClientBuilder().WithScheme(types), webhooks: webhook.NewServer(webhook.Options{})}
	for _, other := range all {
		if kind := other.GetKind(); other.file == o.file && (kind == "Deployment" || kind == "HorizontalPodAutoscaler") {
			m.client = m.client.WithObjects(other.DeepCopy())
		}
	}
	if err := scaled.SetupWebhookWithManager(m, false); err != nil {
		t.Fatal(err)
	}
	warnings, err := scaled.ValidateCreate(new(bool))
	out := []string(warnings)
	if err != nil {
		out = append(out, fmt.Sprint(err))
	}
	return out
}

// standIn is as much of a controller's manager as KEDA's admission is set up with.
type standIn struct {
	manager.Manager
	scheme   *runtime.Scheme
	client   *fake.ClientBuilder
	webhooks webhook.Server
}

func (m *standIn) GetFieldIndexer() client.FieldIndexer { return m }
func (m *standIn) GetClient() client.Client             { return m.client.Build() }
func (m *standIn) GetScheme() *runtime.Scheme           { return m.scheme }
func (m *standIn) GetConfig() *rest.Config              { return &rest.Config{} }
func (m *standIn) GetWebhookServer() webhook.Server     { return m.webhooks }

// GetEventRecorder returns none: without one, KEDA records nothing.
func (m *standIn) GetEventRecorder(string) recorder.EventRecorder { return nil }

func (m *standIn) GetRESTMapper() meta.RESTMapper {
	out := meta.NewDefaultRESTMapper(nil)
	out.Add(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}, meta.RESTScopeNamespace)
	return out
}

// IndexField tells the client of an index.
func (m *standIn) IndexField(_ context.Context, o client.Object, field string, of client.IndexerFunc) error {
	m.client = m.client.WithIndex(o, field, of)
	return nil
}

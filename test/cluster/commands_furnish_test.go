package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// furnish makes what the commands of a runbook find: gateways and operators, the
// files of Secrets, events, and lines of logs.
func (b *book) furnish(t *testing.T) {
	t.Helper()
	room(t, b.manifests)
	t.Cleanup(func() { clean(t, b.manifests) })
	run(t, surroundings, "kubectl", "apply", "--server-side", "-f", "-")
	t.Cleanup(func() { run(t, surroundings, "kubectl", "delete", "--ignore-not-found", "-f", "-") })
	kubectl(t, "", "label", "nodes", "--all", "--overwrite", "pool=build")
	for name, text := range b.files(t) {
		if err := os.WriteFile(filepath.Join(b.dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log := time.Now().UTC().Format(time.RFC3339) + fmt.Sprintf(` stdout F {"level":"warning","msg":"golang.org/x/text readiness 16500 https://%s"}`+"\n", b.host)
	if err := os.WriteFile(filepath.Join(cluster.dir, "container.log"), []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
}

// begin applies the site as it is, with its Secrets and a warning among its events.
func (b *book) begin(t *testing.T) {
	t.Helper()
	run(t, b.manifests, "kubectl", "apply", "-f", "-") // warns of objects that others made
	for line := range strings.Lines(b.page()) {
		if strings.HasPrefix(line, "kubectl create secret ") {
			cmd := command(line, "sh")
			cmd.Dir = b.dir
			cmd.Env = append(cmd.Env, b.variables()...)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s%v\n%s", line, err, out)
			}
		}
	}
	// The revision that the shell before created.
	kubectl(t, "", "-n", "aks-istio-system", "delete", "configmap", "istio-shared-configmap-asm-1-31", "--ignore-not-found")
	for _, m := range secretRead.FindAllStringSubmatch(b.page(), -1) {
		// One that an operator would write.
		_, _ = answer("", "kubectl", "-n", b.namespace, "create", "secret", "generic", m[1])
	}
	run(t, fmt.Sprintf(event, b.namespace), "kubectl", "apply", "-f", "-")
	for _, o := range objects(t, b.manifests) {
		if o.Kind == "CronJob" {
			kubectl(t, "", "-n", b.namespace, "delete", "jobs", "--all")
			kubectl(t, "", "-n", b.namespace, "create", "job", "earlier", "--from=cronjob/"+o.Metadata.Name)
		}
	}
	kubectl(t, "", "-n", b.namespace, "rollout", "status", "deployment", "--timeout=120s")
}

var (
	fileOfSecret = regexp.MustCompile(`--(?:from-file=[^= ]+|cert|key)=([^ \n]+)`)
	secretRead   = regexp.MustCompile(` get secret (\S+) -o jsonpath='\{\.metadata\.`)
	variable     = regexp.MustCompile(`"\$\{([A-Z0-9_]+):\?`)
)

// files that the commands read.
func (b *book) files(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{"athens.tar": nil}
	for _, m := range fileOfSecret.FindAllStringSubmatch(b.page(), -1) {
		out[m[1]] = []byte("a file\n")
	}
	out["tls.crt"], out["tls.key"] = certificate(t, b.host)
	return out
}

// variables that the commands read.
func (b *book) variables() (out []string) {
	for _, m := range variable.FindAllStringSubmatch(b.page(), -1) {
		out = append(out, m[1]+"=a secret")
	}
	return out
}

// certificate of a host, with its key.
func certificate(t *testing.T, host string) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{host}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes})
}

// event is a warning as the scheduler writes it, without lastTimestamp.
const event = `apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: unschedulable, namespace: %[1]s}
type: Warning
reason: FailedScheduling
action: Scheduling
note: no node has the memory
eventTime: "2026-01-01T00:00:00.000000Z"
reportingController: default-scheduler
reportingInstance: default-scheduler-0
regarding: {kind: Pod, name: a-pod, namespace: %[1]s, apiVersion: v1}
`

// surroundings are what sites find in a cluster: a PriorityClass, gateways, the mesh's
// ConfigMap of AKS, the operator of Azure.
const surroundings = `apiVersion: v1
kind: List
items:
- {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: platform}, value: 1000}
- {apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
- {apiVersion: v1, kind: Namespace, metadata: {name: aks-istio-ingress}}
- {apiVersion: v1, kind: Namespace, metadata: {name: aks-istio-system}}
- {apiVersion: v1, kind: Namespace, metadata: {name: azureserviceoperator-system}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: istio-shared-configmap-asm-1-30, namespace: aks-istio-system}
  data: {mesh: "extensionProviders: []"}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: azureserviceoperator-controller-manager, namespace: azureserviceoperator-system}
  spec: &deployment
    selector: {matchLabels: {istio: ingressgateway}}
    template:
      metadata: {labels: {istio: ingressgateway}}
      spec: {containers: [{name: istio-proxy, image: auto}]}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: gateway, namespace: istio-system}
  spec: *deployment
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: gateway, namespace: aks-istio-ingress}
  spec:
    selector: {matchLabels: {istio: aks-istio-ingressgateway-external}}
    template:
      metadata: {labels: {istio: aks-istio-ingressgateway-external}}
      spec: {containers: [{name: istio-proxy, image: auto}]}
`

package cluster

import "testing"

// given is what a page says in words that its reader has at a command.
type given struct {
	// before is how the command begins.
	before, run string
}

const applySite = "athens-kfn render -q site.yaml | kubectl apply -f - && kubectl -n goproxy rollout status deployment/goproxy-athens --timeout=120s"

// presupposed by pages.
var presupposed = map[string][]given{
	"docs/howto/airgap.md":          {{"kubectl port-forward ", applySite}},
	"docs/howto/secrets.md":         {{"kubectl rollout restart ", applySite}},
	"docs/howto/troubleshooting.md": {{"kubectl get ", applySite}},
	"docs/howto/trust.md":           {{"kubectl rollout restart ", applySite}},
	"docs/howto/upgrade.md":         {{"kubectl diff ", "kubectl apply -k before"}},
	"docs/howto/migrate-deployment.md": {{"kubectl create secret tls ",
		"kubectl get namespace go || kubectl create namespace go --save-config; kubectl apply -f manifests"}},
	"docs/howto/gateway.md": {{"kubectl get pods ",
		"kubectl create namespace edge && kubectl -n edge create deployment gateway --image=auto && kubectl -n edge rollout status deployment/gateway --timeout=120s"}},
	"docs/howto/front-door.md": {{"kubectl get configmap ", // Azure's operator writes it
		"kubectl -n goproxy create configmap goproxy-front-door --from-literal=id=4f1b4d1c-8d2e-4a3f-9b5c-6d7e8f901a2b"}},
}

// balancers are the Services of gateways, with the address that a cloud gives them.
const balancers = `apiVersion: v1
kind: Service
metadata: {name: istio-ingressgateway, namespace: istio-system}
spec: {type: LoadBalancer, ports: [{port: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: aks-istio-ingressgateway-external, namespace: aks-istio-ingress}
spec: {type: LoadBalancer, ports: [{port: 443}]}
`

// furnishPages makes what the pages find in a cluster.
func furnishPages(t *testing.T) {
	t.Helper()
	run(t, surroundings, "kubectl", "apply", "--server-side", "-f", "-")
	t.Cleanup(func() { run(t, surroundings, "kubectl", "delete", "--ignore-not-found", "-f", "-") })
	run(t, balancers, "kubectl", "apply", "-f", "-")
	kubectl(t, "", "-n", "aks-istio-ingress", "patch", "service", "aks-istio-ingressgateway-external", "--subresource=status",
		"-p", `{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}`)
}

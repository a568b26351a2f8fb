package cluster

// needy is a site that needs much of its cluster.
const needy = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: needy}
spec:
  host: goproxy.example.com
  namespace: {create: false}
  images: {pullSecretRefs: [{name: registry}]}
  trust: {caCertificates: [{configMapRef: {name: corp-ca}}]}
  pods: {priorityClassName: platform, runtimeClassName: gvisor}
  athens:
    storage: {disk: {storageClassName: fast}}
    private: {patterns: [git.example.com/*], netrc: {secretRef: {name: netrc}}}
  tracing: {provider: otel, collector: {serviceRef: {name: otel, namespace: monitoring}}}
  metrics: {}
`

// claims is a site that uses what others have made.
const claims = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: claims, namespace: needy}
spec:
  host: claims.example.com
  namespace: {create: false}
  gateway: {istio: {gatewayRef: {name: shared, namespace: istio-system}}}
  athens:
    serviceAccount: {create: false, name: athens}
    storage: {disk: {claimRef: {name: modules}}}
`

// mesh is an Istio as far as a cluster shows it, and what else needy needs.
const mesh = `apiVersion: v1
kind: Namespace
metadata: {name: needy, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: v1
kind: Service
metadata: {name: otel, namespace: monitoring}
spec: {ports: [{name: grpc, port: 4317}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "extensionProviders: [{name: otel}]"}
---
apiVersion: v1
kind: Secret
metadata: {name: goproxy-tls, namespace: istio-system}
stringData: {tls.crt: a, tls.key: b}
---
apiVersion: v1
kind: Secret
metadata: {name: netrc, namespace: needy}
stringData: {.netrc: a}
---
apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: needy}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: corp-ca, namespace: needy}
data: {ca.crt: a}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: athens, namespace: needy}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: modules, namespace: needy}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shared, namespace: istio-system}
spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: platform}
value: 1000
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: gvisor}
handler: runsc
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: istio-ingressgateway-service-account, namespace: istio-system}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: kwok.x-k8s.io/volume
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {app: sidecar-injector, istio.io/rev: default}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.31.1-distroless"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-ingressgateway, namespace: istio-system}
spec:
  selector: {matchLabels: {istio: ingressgateway}}
  template:
    metadata: {labels: {istio: ingressgateway}}
    spec: {serviceAccountName: istio-ingressgateway-service-account, containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: istio-cni-node, namespace: istio-system, labels: {k8s-app: istio-cni-node}}
spec:
  selector: {matchLabels: {k8s-app: istio-cni-node}}
  template:
    metadata: {labels: {k8s-app: istio-cni-node}}
    spec: {containers: [{name: install-cni, image: docker.io/istio/install-cni}]}
`

package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/sitetest"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// overlay is a kustomization over the manifests of examples/production.
type overlay struct {
	name, kustomization string
	// fields that AK811 names, one part of each message; none for what has no
	// consequence, and why says so.
	fields string
	why    string
}

// patch of one object, of whose body the lines are indented.
func patch(kind, name, body string) string {
	version := map[string]string{"Deployment": "apps/v1", "HorizontalPodAutoscaler": "autoscaling/v2", "Service": "v1", "Namespace": "v1", "AuthorizationPolicy": "security.istio.io/v1", "CronJob": "batch/v1"}[kind]
	text := "apiVersion: " + version + "\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n"
	if kind != "Namespace" {
		text += "  namespace: goproxy\n"
	}
	return "patches:\n- patch: |-\n    " + strings.ReplaceAll(text+body, "\n", "\n    ") + "\n"
}

// pods of Athens with lines in their spec.
func podPatch(lines string) string {
	return patch("Deployment", "goproxy-athens", "spec:\n  template:\n    spec:\n      "+strings.ReplaceAll(lines, "\n", "\n      "))
}

// container of Athens with lines.
func containerPatch(lines string) string {
	return podPatch("containers:\n- name: athens\n  " + strings.ReplaceAll(lines, "\n", "\n  "))
}

// annotated pods of Athens.
func annotated(key, value string) string {
	return patch("Deployment", "goproxy-athens", "spec:\n  template:\n    metadata:\n      annotations: {"+key+": \""+value+"\"}")
}

func labelled(key, value string) string {
	return patch("Deployment", "goproxy-athens", "spec:\n  template:\n    metadata:\n      labels: {"+key+": \""+value+"\"}")
}

const (
	others  = "another program reads it"
	where   = "operators choose where pods run"
	much    = "operators choose how much the pods use"
	tighter = "it restricts, and takes nothing that the program needs"
	named   = "it only names or describes"
)

var overlays = []overlay{
	{"nothing", "", "", "the base as it is"},
	{"commonAnnotations", "commonAnnotations: {example.com/team: build}", "", named},
	{"labels of templates", "labels:\n- pairs: {team: build}\n  includeTemplates: true", "", named},
	{"labels of selectors", "labels:\n- pairs: {team: build}\n  includeSelectors: true", "", "all pods of the site have the label too"},
	{"namePrefix", "namePrefix: x-", "spec.gateways|destination.host|source.principals|spec.host|--upstream|--athens", ""}, // without MeshReferences
	{"mirror", "images:\n- {name: docker.io/gomods/athens, newName: mirror.example.com/athens}", "", "the same version from elsewhere"},
	{"digest", "images:\n- {name: docker.io/gomods/athens, digest: sha256:aa}", "", "a digest may be that of the same version"},
	{"own build", "images:\n- {name: docker.io/gomods/athens, newTag: v0.18.0-corp.2}", "", "the same version"},
	{"another version", "images:\n- {name: docker.io/gomods/athens, newTag: v0.12.0}", "image", ""},
	{"five replicas", "replicas:\n- {name: goproxy-lathens, count: 5}", "", much},
	{"one replica", "replicas:\n- {name: goproxy-lathens, count: 1}", "spec.replicas", ""},
	{"fewer at most", patch("HorizontalPodAutoscaler", "goproxy-athens", "spec: {maxReplicas: 4}"), "", much},
	{"one at least", patch("HorizontalPodAutoscaler", "goproxy-athens", "spec: {minReplicas: 1}"), "spec.minReplicas", ""},
	{"resources", containerPatch("resources: {requests: {cpu: \"2\"}, limits: {memory: 8Gi}}"), "", much},
	{"scheduler", podPatch("schedulerName: other"), "schedulerName", ""},
	{"darwin", podPatch("nodeSelector: {kubernetes.io/os: darwin}"), "nodeSelector", ""},
	{"over the system", podPatch("volumes: [{name: own, emptyDir: {}}]\ncontainers: [{name: athens, volumeMounts: [{name: own, mountPath: /etc/ssl/certs}]}]"), "volumeMounts", ""},
	{"a file of the system", podPatch("volumes: [{name: own, emptyDir: {}}]\ncontainers: [{name: athens, volumeMounts: [{name: own, mountPath: /etc/ssl/certs/corp.pem, subPath: corp.pem}]}]"), "", "its other files stay"},
	{"an init container under Istio's name", podPatch("initContainers: [{name: istio-init, image: mirror.example.com/wget:v1}]"), "initContainers", ""},
	{"dry run", patch("AuthorizationPolicy", "goproxy-deny-all", "  annotations: {istio.io/dry-run: \"true\"}"), "dry-run", ""},
	{"policy of a revision", patch("AuthorizationPolicy", "goproxy-deny-all", "  labels: {istio.io/rev: canary}"), `labels["istio.io/rev"]`, ""},
	{"suspended Job", patch("CronJob", "goproxy-crathens", "spec: {jobTemplate: {spec: {suspend: true}}}"), "suspend", ""},
	{"no groups", podPatch("securityContext: {supplementalGroups: []}"), "", tighter},
	{"subzone", labelled("topology.istio.io/subzone", "rack-1"), "", where},
	{"less memory", containerPatch("resources: {limits: {memory: 64Mi}}"), "limits.memory", ""},
	{"less disk", containerPatch("resources: {limits: {ephemeral-storage: 8Mi}}"), "limits.ephemeral-storage", ""},

	{"Argo CD", "commonAnnotations: {argocd.argoproj.io/tracking-id: \"x:apps/Deployment:goproxy/y\", argocd.argoproj.io/sync-wave: \"2\"}\nlabels:\n- pairs: {argocd.argoproj.io/instance: x}", "", named},
	{"Argo CD's older label", "labels:\n- pairs: {app.kubernetes.io/instance: prod-goproxy}", "", named},
	{"Flux", "labels:\n- pairs: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system}", "", named},
	{"Helm", "commonAnnotations: {meta.helm.sh/release-name: x, meta.helm.sh/release-namespace: goproxy}\nlabels:\n- pairs: {helm.sh/chart: goproxy-1.0.0}", "", named},
	{"Kyverno", containerPatch("securityContext: {privileged: false, runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}"), "", tighter},
	{"Gatekeeper", podPatch("imagePullSecrets: [{name: corp}]\ntolerations: [{key: build, operator: Exists}]\npriorityClassName: high"), "", where},
	{"Vault", annotated("vault.hashicorp.com/agent-inject", "true"), "", "its containers are not in the manifests"},
	{"Datadog", annotated("ad.datadoghq.com/athens.logs", "[]"), "", others},
	{"Datadog's admission", labelled("admission.datadoghq.com/enabled", "true"), "", others},
	{"OpenTelemetry", annotated("instrumentation.opentelemetry.io/inject-sdk", "true"), "", others},
	{"linkerd", annotated("linkerd.io/inject", "enabled"), `annotations["linkerd.io/inject"]`, ""},
	{"linkerd off", annotated("linkerd.io/inject", "disabled"), "", "it is off"},

	{"sidecar's logs", annotated("sidecar.istio.io/logLevel", "debug"), "", others},
	{"sidecar's metrics", annotated("sidecar.istio.io/statsInclusionPrefixes", "cluster."), "", others},
	{"sidecar's resources", annotated("sidecar.istio.io/proxyCPU", "100m"), "", much},
	{"sidecar's ports", annotated("traffic.sidecar.istio.io/includeInboundPorts", ""), "includeInboundPorts", ""},
	{"canonical name", labelled("service.istio.io/canonical-name", "athens"), "", named},
	{"revision", labelled("istio.io/rev", "canary"), `labels["istio.io/rev"]`, ""},
	{"discovery", patch("Namespace", "goproxy", "  labels: {istio-discovery: enabled, pod-security.kubernetes.io/audit: restricted}"), "", named},
	{"privileged pods", patch("Namespace", "goproxy", "  labels: {pod-security.kubernetes.io/enforce: privileged}"), "enforce", ""},

	{"pool", podPatch("nodeSelector: {pool: build}\naffinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [build]}]}]}}}"), "", where},
	{"windows", podPatch("nodeSelector: {kubernetes.io/os: windows}"), "nodeSelector", ""},
	{"one node", podPatch("nodeName: node-1"), "nodeName", ""},
	{"runtime", podPatch("runtimeClassName: gvisor"), "", where},
	{"gates", podPatch("readinessGates: [{conditionType: example.com/ready}]"), "readinessGates", ""},
	{"ndots", podPatch("dnsConfig: {options: [{name: ndots, value: \"2\"}]}"), "", "the names of the site have all their dots"},
	{"nameserver", podPatch("dnsConfig: {nameservers: [192.0.2.1]}"), "dnsConfig", ""},
	{"longer grace", podPatch("terminationGracePeriodSeconds: 600"), "", "it cuts off less"},
	{"shorter grace", podPatch("terminationGracePeriodSeconds: 5"), "terminationGracePeriodSeconds", ""},
	{"shared processes", podPatch("shareProcessNamespace: true"), "shareProcessNamespace", ""},
	{"alias of a stranger", podPatch("hostAliases: [{ip: 192.0.2.1, hostnames: [other.example.net]}]"), "", "no program of the site asks it"},
	{"alias of the mirror", podPatch("hostAliases: [{ip: 192.0.2.1, hostnames: [mirror.example.com]}]"), "hostAliases", ""},
	{"host network", podPatch("hostNetwork: true"), "hostNetwork", ""},
	{"user namespaces", podPatch("hostUsers: false"), "", tighter},
	{"account of another", podPatch("serviceAccountName: default"), "serviceAccountName", ""},

	{"time zone", containerPatch("env: [{name: TZ, value: UTC}, {name: DD_ENV, value: prod}, {name: GOMAXPROCS, value: \"2\"}]"), "", others},
	{"Athens' variable", containerPatch("env: [{name: ATHENS_HOME_TEMPLATE_PATH, value: /x}]"), "env[ATHENS_HOME_TEMPLATE_PATH]", ""},
	{"proxy", containerPatch("env: [{name: no_proxy, value: x}, {name: HTTPS_PROXY, value: \"http://user:hunter2@x.example.com\"}]"), "env[HTTPS_PROXY]|env[no_proxy]", ""},
	{"loader", containerPatch("env: [{name: LD_PRELOAD, value: /x.so}]"), "env[LD_PRELOAD]", ""},
	{"password", containerPatch("env: [{name: BASIC_AUTH_PASS, value: hunter2}]"), "env[BASIC_AUTH_PASS]", ""},
	{"variables from a map", containerPatch("envFrom: [{configMapRef: {name: x}}]"), "envFrom", ""},
	{"agent that the namespace refuses", podPatch("containers:\n- name: agent\n  image: x"), "containers[agent]", ""},
	{"agent", podPatch("containers:\n- name: agent\n  image: x\n  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n  env: [{name: HTTPS_PROXY, value: x}]\n  ports: [{name: agent, containerPort: 8126}]\n  livenessProbe: {httpGet: {path: /, port: agent}}"), "", "a container of operators"},
	{"agent on Athens' port", podPatch("containers:\n- name: agent\n  image: x\n  ports: [{name: web, containerPort: 3000}]"), "containers[agent]", ""},
	{"privileged agent", podPatch("containers:\n- name: agent\n  image: x\n  securityContext: {privileged: true}"), "containers[agent]", ""},
	{"another program first", podPatch("initContainers:\n- {name: wait, image: x}"), "initContainers", ""},
	{"patient probes", containerPatch("livenessProbe: {timeoutSeconds: 20, initialDelaySeconds: 30}"), "", "they restart later"},
	{"hasty probes", containerPatch("livenessProbe: {timeoutSeconds: 1}"), "livenessProbe.timeoutSeconds", ""},
	{"never pulled", containerPatch("imagePullPolicy: Never"), "imagePullPolicy", ""},
	{"always pulled", containerPatch("imagePullPolicy: Always"), "", "nodes pull what they have again"},
	{"more volumes", podPatch("volumes: [{name: more, emptyDir: {}}]\ncontainers:\n- name: athens\n  volumeMounts: [{name: more, mountPath: /more}]"), "", "a volume of operators"},
	{"the node's files", podPatch("volumes: [{name: more, hostPath: {path: /}}]"), "volumes[more]", ""},
	{"no volume in a map", podPatch("volumes: [{name: netrc, secret: {optional: true}}]"), "volumes[netrc]", ""},

	{"both families", patch("Service", "goproxy-athens", "spec: {ipFamilyPolicy: PreferDualStack, trafficDistribution: PreferClose}"), "", "the API server and the DestinationRule decide as before"},
	{"public", patch("Service", "goproxy-athens", "spec: {type: LoadBalancer}"), "spec.type", ""},
	{"no annotations", patch("Deployment", "goproxy-athens", "spec: {template: {metadata: {annotations: null}}}"), "annotations", ""},
	{"no labels", patch("Deployment", "goproxy-athens", "spec: {template: {metadata: {labels: null}}}"), "labels", ""},
	{"no pod's context", podPatch("securityContext: null"), "spec.securityContext", ""},
	{"no container's context", containerPatch("securityContext: null"), "containers[athens].securityContext", ""},
	{"no strategy", patch("Deployment", "goproxy-athens", "spec: {strategy: null}"), "spec.strategy", ""},
	{"istioctl kube-inject", patch("Deployment", "goproxy-athens", `spec:
  template:
    metadata:
      labels: {security.istio.io/tlsMode: istio, service.istio.io/canonical-name: athens, service.istio.io/canonical-revision: latest}
      annotations: {istio.io/rev: default, sidecar.istio.io/status: "{}", kubectl.kubernetes.io/default-container: athens}
    spec:
      initContainers:
      - {name: istio-validation, image: docker.io/istio/proxyv2:1.30.0, securityContext: {runAsUser: 1337}}
      - {name: istio-proxy, image: docker.io/istio/proxyv2:1.30.0, restartPolicy: Always, ports: [{name: http-envoy-prom, containerPort: 15090}]}
      containers:
      - name: athens
        livenessProbe: {httpGet: {path: /app-health/athens/livez, port: 15020}}
        readinessProbe: {httpGet: {path: /app-health/athens/readyz, port: 15020}}
        startupProbe: {httpGet: {path: /app-health/athens/startupz, port: 15020}}
      volumes:
      - {name: istio-envoy, emptyDir: {medium: Memory}}
`), "", "what the injection adds to every pod"},
}

// TestDrift_OfOverlays says which patches AK811 warns about, as kustomize builds them.
func TestDrift_OfOverlays(t *testing.T) {
	spec, err := os.ReadFile(filepath.Join(root, "examples/production/site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	base := stream(t, rendered(t)["production"]...)
	for _, o := range overlays {
		t.Run(o.name, func(t *testing.T) {
			fs := filesys.MakeFsInMemory()
			for name, text := range map[string]string{"base.yaml": string(base), "kustomization.yaml": "resources: [base.yaml]\n" + o.kustomization} {
				if err := fs.WriteFile(name, []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, ".")
			if err != nil {
				t.Fatal(err)
			}
			text, err := built.AsYaml()
			if err != nil {
				t.Fatal(err)
			}
			found := check.Drifts(text, spec)
			if (o.fields == "") != (o.why != "") {
				t.Errorf("an overlay without a consequence has a reason, and others have none: %q", o.why)
			}
			if o.name == "namePrefix" && strings.Contains(strings.Join(lines(found), "\n"), "serviceAccountName") {
				t.Errorf("kustomize itself renames the account: %q", lines(found))
			}
			if o.fields == "" {
				if len(found) > 0 {
					t.Errorf("%s, but %q", o.why, lines(found))
				}
				return
			}
			for _, field := range strings.Split(o.fields, "|") {
				if !strings.Contains(strings.Join(lines(found), "\n"), field) {
					t.Errorf("nothing about %s: %q", field, lines(found))
				}
			}
			for _, f := range found {
				_, then, _ := strings.Cut(f.Message, "): ")
				if then == "" || strings.Contains(f.Message, "hunter2") || !strings.Contains(f.Message, "differs from what the spec renders to (") {
					t.Errorf("a message without its end, or with a secret: %q", f.Message)
				}
				named := false
				for _, field := range strings.Split(o.fields, "|") {
					named = named || strings.Contains(f.Message, field)
				}
				if !named {
					t.Errorf("also: %q", f.Message)
				}
			}
		})
	}
}

func TestDrift_OfLiveObjectsIsNone(t *testing.T) {
	for _, name := range []string{"minimal", "production", "enterprise"} {
		spec, err := os.ReadFile(filepath.Join(root, "examples", name, "site.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if found := check.Drifts(stream(t, sitetest.Live(t, rendered(t)[name])), spec); len(found) > 0 {
			t.Errorf("%s: %q", name, lines(found))
		}
	}
}

// What has names has them in any order.
func TestDrift_OfOrderIsNone(t *testing.T) {
	spec, err := os.ReadFile(filepath.Join(root, "examples/production/site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	docs := rendered(t)["production"]
	n := 0
	swap := func(list *yaml.Node) {
		if list != nil && len(list.Content) > 1 {
			last := len(list.Content) - 1
			list.Content[0], list.Content[last] = list.Content[last], list.Content[0]
			n++
		}
	}
	for _, o := range docs {
		if tree.Text(o, "kind") == "Deployment" {
			pod := tree.Get(o, "spec", "template", "spec")
			swap(tree.Get(pod, "volumes"))
			for _, c := range tree.Items(pod, "containers") {
				for _, list := range []string{"env", "ports", "volumeMounts", "args"} {
					swap(tree.Get(c, list))
				}
			}
		}
	}
	if found := check.Drifts(stream(t, docs...), spec); len(found) > 0 || n < 4 {
		t.Errorf("%d lists: %q", n, lines(found))
	}
	for _, o := range docs {
		if id := krm.IDOf(o); id.Kind == "VirtualService" {
			swap(tree.Get(o, "spec", "http"))
		}
	}
	if found := check.Drifts(stream(t, docs...), spec); len(found) == 0 {
		t.Error("routes are tried in their order")
	}
}

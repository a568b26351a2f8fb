package generators

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func TestNamespaceLabels(t *testing.T) {
	for spec, want := range map[string]string{
		`{}`:                         "istio-injection=enabled",
		`{mesh: {revision: canary}}`: "istio.io/rev=canary",
		`{mesh: {mode: None}}`:       "",
	} {
		ns := find[*corev1.Namespace](t, SiteNamespace(newSite(t, spec)))
		var got []string
		for name, value := range ns.Labels {
			if strings.HasPrefix(name, "istio") {
				got = append(got, name+"="+value)
			}
		}
		same(t, spec, strings.Join(got, " "), want)
	}
	for _, level := range []string{"restricted", "privileged"} {
		ns := find[*corev1.Namespace](t, SiteNamespace(newSite(t, "{namespace: {podSecurity: "+level+"}}")))
		want := map[string]string{
			"enforce": level, "audit": "restricted", "warn": "restricted",
			"enforce-version": podSecurityVersion, "audit-version": podSecurityVersion, "warn-version": podSecurityVersion,
		}
		got := map[string]string{}
		for name, value := range ns.Labels {
			if mode, ok := strings.CutPrefix(name, "pod-security.kubernetes.io/"); ok {
				got[mode] = value
			}
		}
		same(t, "pod security", got, want)
	}
	if got := SiteNamespace(newSite(t, `{namespace: {create: false}}`)); got != nil {
		t.Error("a namespace of another owner")
	}
}

func TestScaling(t *testing.T) {
	for replicas, want := range map[string]struct {
		number        *int32
		scales, budge bool
	}{
		`1`:                                {new(int32(1)), false, false},
		`3`:                                {new(int32(3)), false, true},
		`3, autoscaling: {maxReplicas: 9}`: {nil, true, true},
	} {
		objects := AthensWorkload(newSite(t, "athens: {replicas: "+replicas+"}"))
		d := find[*appsv1.Deployment](t, objects)
		same(t, replicas, d.Spec.Replicas, want.number)
		same(t, "autoscaler for "+replicas, has[*autoscalingv2.HorizontalPodAutoscaler](objects), want.scales)
		same(t, "budget for "+replicas, has[*policyv1.PodDisruptionBudget](objects), want.budge)
		same(t, "spread for "+replicas, d.Spec.Template.Spec.Affinity != nil, want.budge)
	}
}

// One replica that may become more needs a budget when it does.
func TestBudgetOfAutoscaler(t *testing.T) {
	objects := AthensWorkload(newSite(t, `athens: {replicas: 1, autoscaling: {maxReplicas: 2}}`))
	d := find[*appsv1.Deployment](t, objects)
	same(t, "budget", find[*policyv1.PodDisruptionBudget](t, objects).Spec.Selector, d.Spec.Selector)
	same(t, "target", find[*autoscalingv2.HorizontalPodAutoscaler](t, objects).Spec.ScaleTargetRef.Name, d.Name)
}

func TestServiceAccount_IsTheOneThatTheSpecNames(t *testing.T) {
	for spec, want := range map[string]struct {
		name string
		made bool
	}{
		`{}`:                              {"goproxy-athens", true},
		`{name: modules}`:                 {"modules", true},
		`{create: false, name: existing}`: {"existing", false},
	} {
		site := newSite(t, "athens: {serviceAccount: "+spec+"}")
		objects := append(AthensBase(site), AthensWorkload(site)...)
		same(t, "account of the pods with "+spec, find[*appsv1.Deployment](t, objects).Spec.Template.Spec.ServiceAccountName, want.name)
		same(t, "an account is made with "+spec, has[*corev1.ServiceAccount](objects), want.made)
		same(t, "identity with "+spec, AccountPrincipal(site, Athens), "cluster.local/ns/"+site.Namespace+"/sa/"+want.name)
	}
}

func TestImages_ComeFromTheMirror(t *testing.T) {
	site := newSite(t, "images: {registry: \"mirror.example.com:5000/x\", pullPolicy: Always, pullSecretRefs: [{name: pull}]}\nlathens: {image: \"own.example.com/lathens:v1\"}")
	for _, objects := range [][]Object{AthensWorkload(site), LathensWorkload(site)} {
		pod := find[*appsv1.Deployment](t, objects).Spec.Template.Spec
		same(t, "pull policy", pod.Containers[0].ImagePullPolicy, corev1.PullAlways)
		same(t, "pull secrets", pod.ImagePullSecrets, []corev1.LocalObjectReference{{Name: "pull"}})
	}
	same(t, "Athens", site.Spec.Athens.Image, "mirror.example.com:5000/x/gomods/athens:"+v1alpha1.AthensVersion)
	same(t, "lathens", site.Spec.Lathens.Image, "own.example.com/lathens:v1")
	same(t, "crathens", site.Spec.Crathens.Image, "mirror.example.com:5000/x/gomods/athens-kfn/crathens:"+v1alpha1.CompanionVersion)
}

func TestStrategy(t *testing.T) {
	for storage, want := range map[string]appsv1.DeploymentStrategyType{
		`disk: {}`:                          appsv1.RecreateDeploymentStrategyType,
		`disk: {claimRef: {name: c}}`:       appsv1.RecreateDeploymentStrategyType,
		`disk: {accessMode: ReadWriteMany}`: appsv1.RollingUpdateDeploymentStrategyType,
		`memory: {}`:                        appsv1.RollingUpdateDeploymentStrategyType,
		`gcs: {bucket: b}`:                  appsv1.RollingUpdateDeploymentStrategyType,
	} {
		d := find[*appsv1.Deployment](t, AthensWorkload(newSite(t, "athens: {storage: {"+storage+"}}")))
		same(t, storage, d.Spec.Strategy.Type, want)
	}
}

func TestClaim(t *testing.T) {
	claim := find[*corev1.PersistentVolumeClaim](t, AthensBase(newSite(t, `athens: {storage: {disk: {size: 20Gi, storageClassName: fast}}}`)))
	same(t, "size", claim.Spec.Resources.Requests.Storage().String(), "20Gi")
	same(t, "class", *claim.Spec.StorageClassName, "fast")

	site := newSite(t, `athens: {storage: {disk: {claimRef: {name: mine}}}}`)
	if has[*corev1.PersistentVolumeClaim](AthensBase(site)) {
		t.Error("a claim beside the existing one")
	}
	same(t, "claim", storageMounts(site)[0].volume.PersistentVolumeClaim.ClaimName, "mine")
}

// A site may let go of its claim, and of the namespace around it.
func TestStorageClaim_IsKeptUnlessTheSpecLetsItGo(t *testing.T) {
	for spec, want := range map[string]string{`{}`: "keep", `{whenDeleted: Delete}`: ""} {
		site := newSite(t, `athens: {storage: {disk: `+spec+`}}`)
		for _, o := range slices.Concat(storageClaim(site), SiteNamespace(site)) {
			same(t, spec, o.GetAnnotations()["helm.sh/resource-policy"], want)
		}
	}
}

// Every container states the disk that it writes to, since a node that is full evicts
// others first.
func TestResources_NameEphemeralStorage(t *testing.T) {
	site := newSite(t, `{trust: {caCertificates: [{secretRef: {name: ca}}]}, athens: {private: {patterns: [example.com/*]}}}`)
	seen := 0
	for _, o := range slices.Concat(AthensWorkload(site), LathensWorkload(site), []Object{crathensJob(site)}) {
		var pod corev1.PodSpec
		switch o := o.(type) {
		case *appsv1.Deployment:
			pod = o.Spec.Template.Spec
		case *batchv1.CronJob:
			pod = o.Spec.JobTemplate.Spec.Template.Spec
		}
		for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
			seen++
			for side, list := range map[string]corev1.ResourceList{"requests": c.Resources.Requests, "limits": c.Resources.Limits} {
				if list.StorageEphemeral().IsZero() {
					t.Errorf("%s %s no ephemeral storage", c.Name, side)
				}
			}
		}
	}
	if seen != 4 {
		t.Errorf("%d containers, want Athens with its init container, lathens and crathens", seen)
	}
}

func TestAthensResources(t *testing.T) {
	text := func(r corev1.ResourceList) string {
		var out []string
		for _, name := range slices.Sorted(maps.Keys(r)) {
			q := r[name]
			out = append(out, string(name)+"="+q.String())
		}
		return strings.Join(out, " ")
	}
	a := &newSite(t, `athens: {goGetWorkers: 5}`).Spec.Athens
	same(t, "requests", text(a.Resources.Requests), "cpu=500m ephemeral-storage=5632Mi memory=1536Mi")
	same(t, "limits", text(a.Resources.Limits), "ephemeral-storage=5632Mi memory=1536Mi")
	same(t, "/tmp", a.Tmp().String(), "5Gi")

	a = &newSite(t, `athens: {goGetWorkers: 30}`).Spec.Athens
	same(t, "CPU of more workers", a.Resources.Requests.Cpu().String(), "3")
	a = &newSite(t, `athens: {goGetWorkers: 5, storage: {memory: {}}}`).Spec.Athens
	same(t, "memory with the modules in it", a.Resources.Limits.Memory().String(), "2560Mi")

	a = &newSite(t, `athens: {resources: {limits: {ephemeral-storage: 9Gi}}}`).Spec.Athens
	same(t, "/tmp", a.Tmp().String(), "9Gi")
	a = &newSite(t, `athens: {goGetWorkers: 5, resources: {requests: {cpu: 1}}}`).Spec.Athens
	same(t, "requests", text(a.Resources.Requests), "cpu=1 memory=1536Mi")
	same(t, "limits", text(a.Resources.Limits), "memory=1536Mi")
	if got := a.Tmp(); got != nil {
		t.Errorf("/tmp limited to %s", got)
	}
}

// Volumes and mounts belong together, no mount is inside another that is
// read-only, and the writable ones are what the read-only root needs.
func TestMounts(t *testing.T) {
	site := newSite(t, everythingPrivate)
	pod := find[*appsv1.Deployment](t, AthensWorkload(site)).Spec.Template.Spec
	var names, writable []string
	for _, v := range pod.Volumes {
		names = append(names, v.Name)
	}
	for i, m := range pod.Containers[0].VolumeMounts {
		same(t, m.MountPath, m.Name, names[i])
		if !m.ReadOnly {
			writable = append(writable, m.MountPath)
		}
		for _, outer := range pod.Containers[0].VolumeMounts {
			if strings.HasPrefix(m.MountPath, outer.MountPath+"/") {
				t.Errorf("%s is mounted inside %s", m.MountPath, outer.MountPath)
			}
		}
	}
	for _, v := range pod.Volumes {
		// Athens with GO_ENV=production refuses files with one of these bits,
		// and Secrets are for the pod's group alone.
		if v.ConfigMap != nil && *v.ConfigMap.DefaultMode&0o033 != 0 {
			t.Errorf("%s: mode %o", v.Name, *v.ConfigMap.DefaultMode)
		}
		if v.Secret != nil && *v.Secret.DefaultMode&0o037 != 0 {
			t.Errorf("%s: mode %o", v.Name, *v.Secret.DefaultMode)
		}
	}
	same(t, "volumes", names, []string{"tmp", "home", "storage", "config", "hgrc", "gitconfig", "git"})
	same(t, "writable", writable, []string{"/tmp", "/home/athens", "/var/lib/athens"})
}

// Athens finishes what it has within the grace that Kubernetes gives it.
func TestGrace(t *testing.T) {
	d := find[*appsv1.Deployment](t, AthensWorkload(newSite(t, `athens: {timeouts: {shutdown: 90s}}`)))
	pod := d.Spec.Template.Spec
	same(t, "preStop", pod.Containers[0].Lifecycle.PreStop.Sleep.Seconds, int64(10))
	same(t, "grace", *pod.TerminationGracePeriodSeconds, int64(110))
}

// A database that is not there keeps Athens waiting 30 s at a time, and a pod
// that is asked too early or too briefly would be restarted for it.
func TestProbes(t *testing.T) {
	c := find[*appsv1.Deployment](t, AthensWorkload(newSite(t, `{}`))).Spec.Template.Spec.Containers[0]
	if s := c.StartupProbe; s.PeriodSeconds*s.FailureThreshold < 120 {
		t.Errorf("%d s to start, want 120 or more", s.PeriodSeconds*s.FailureThreshold)
	}
	for path, probes := range map[string][]*corev1.Probe{
		"/healthz": {c.StartupProbe, c.LivenessProbe}, "/readyz": {c.ReadinessProbe},
	} {
		for _, p := range probes {
			same(t, "path", p.HTTPGet.Path, path)
			same(t, "timeout", p.TimeoutSeconds, int32(5))
			same(t, "port", p.HTTPGet.Port.StrVal, c.Ports[0].Name)
		}
	}
}

// With basic auth /metrics asks for the password, so Prometheus is not sent there.
func TestMetricsAnnotations(t *testing.T) {
	for spec, want := range map[string]string{
		`{}`: "3000", `athens: {basicAuth: {secretRef: {name: s}}}`: "",
	} {
		pod := find[*appsv1.Deployment](t, AthensWorkload(newSite(t, spec))).Spec.Template
		same(t, spec, pod.Annotations["prometheus.io/port"], want)
	}
}

func TestListService(t *testing.T) {
	site := newSite(t, `{}`)
	s := find[*corev1.Service](t, ListService(site))
	for program, objects := range map[string][]Object{Lathens: LathensWorkload(site), Athens: AthensWorkload(site)} {
		labels := find[*appsv1.Deployment](t, objects).Spec.Template.Labels
		for name, value := range s.Spec.Selector {
			same(t, program+" "+name, labels[name], value)
		}
		same(t, program, labels[ListLabel], map[string]string{Lathens: ListCache, Athens: listOrigin}[program])
	}
	if has[*corev1.Service](LathensBase(site)) {
		t.Error("lathens has a Service that no client asks")
	}

	for _, spec := range []string{`{lathens: {enabled: false}}`, `{mesh: {mode: None}}`} {
		site := newSite(t, spec)
		if ListService(site) != nil {
			t.Errorf("%s: a list Service", spec)
		}
		labels := find[*appsv1.Deployment](t, AthensWorkload(site)).Spec.Template.Labels
		if labels[servesListLabel] != "" || labels[ListLabel] != "" {
			t.Errorf("%s: Athens is labelled for lists", spec)
		}
	}
}

func TestIngress(t *testing.T) {
	const class = `{mesh: {mode: None}, gateway: {ingress: {className: nginx}, tls: {secretName: tls}}, lathens: {enabled: %}}`
	for enabled, want := range map[string]string{"true": "goproxy-lathens", "false": "goproxy-athens"} {
		site := newSite(t, strings.ReplaceAll(class, "%", enabled))
		in := find[*networkingv1.Ingress](t, SiteIngress(site))
		backend := in.Spec.Rules[0].HTTP.Paths[0].Backend.Service.Name
		same(t, "backend", backend, want)
		var services []string
		for _, o := range append(LathensBase(site), AthensBase(site)...) {
			if s, ok := o.(*corev1.Service); ok {
				services = append(services, s.Name)
			}
		}
		if !slices.Contains(services, backend) {
			t.Errorf("no Service %s among %v", backend, services)
		}
	}
	if SiteIngress(newSite(t, `{gateway: {ingress: {}}}`)) != nil || SiteIngress(newSite(t, `{mesh: {mode: None}}`)) != nil {
		t.Error("an Ingress that was not asked for")
	}
}

func TestLathensArgs(t *testing.T) {
	site := newSite(t, `lathens: {ttl: 90s, maxBytes: 1Gi, maxUpstream: 5, maxWaiting: 100}`)
	same(t, "arguments", lathensArgs(site), []string{
		"--upstream=http://goproxy-athens.modules.svc.cluster.local",
		"--listen=:8080",
		"--ttl=90s",
		"--stale-if-error=24h",
		"--stale-while-revalidate=10m",
		"--negative-ttl=10s",
		"--max-bytes=1073741824",
		"--max-upstream=5",
		"--max-waiting=100",
		"--upstream-timeout=9s",
		"--sumdb-timeout=119s",
	})
}

// The memory follows from what may be held, and Go's goal stays below a limit of
// the user's own.
func TestLathensMemory(t *testing.T) {
	for _, c := range []struct{ spec, request, limit, goal string }{
		{`{}`, "432Mi", "432Mi", "362MiB"},
		{`lathens: {maxBytes: 1Gi}`, "1872Mi", "1872Mi", "1802MiB"},
		{`lathens: {maxWaiting: 1000, maxUpstream: 10}`, "192Mi", "192Mi", "163MiB"},
		{`lathens: {maxWaiting: 100000}`, "2528Mi", "2528Mi", "2120MiB"},
		{`lathens: {resources: {limits: {memory: 100Mi}}}`, "100Mi", "100Mi", "83MiB"},
		{`lathens: {resources: {limits: {memory: 1Gi}}}`, "1Gi", "1Gi", "858MiB"},
		{`lathens: {resources: {}}`, "432Mi", "432Mi", "362MiB"},
		{`lathens: {resources: {limits: {cpu: 1}}}`, "432Mi", "432Mi", "362MiB"},
		{`lathens: {resources: {requests: {cpu: 1}}}`, "432Mi", "432Mi", "362MiB"},
		{`lathens: {resources: {requests: {memory: 64Mi}}}`, "64Mi", "432Mi", "362MiB"},
		{`lathens: {resources: {requests: {memory: 1Gi}}}`, "1Gi", "1Gi", "858MiB"},
		{`lathens: {resources: {requests: {memory: 64Mi}, limits: {memory: 1Gi}}}`, "64Mi", "1Gi", "858MiB"},
	} {
		pod := find[*appsv1.Deployment](t, LathensWorkload(newSite(t, c.spec))).Spec.Template.Spec.Containers[0]
		same(t, c.spec+" request", pod.Resources.Requests.Memory().String(), c.request)
		same(t, c.spec+" limit", pod.Resources.Limits.Memory().String(), c.limit)
		same(t, c.spec+" goal", pod.Env[0].Name+"="+pod.Env[0].Value, "GOMEMLIMIT="+c.goal)
	}
}

// A limit of CPU alone leaves no container without one of memory.
func TestCrathensMemory(t *testing.T) {
	site := newSite(t, `crathens: {resources: {limits: {cpu: 1}}}`)
	got := site.Spec.Crathens.Resources
	same(t, "limit", got.Limits.Memory().String(), "128Mi")
}

func TestCrathens(t *testing.T) {
	site := newSite(t, `
athens: {basicAuth: {secretRef: {name: auth}}}
crathens: {modules: [golang.org/x/mod, golang.org/x/net], goSums: [{configMapRef: {name: app}}, {configMapRef: {name: tools, key: tools.sum}}], deadline: 2h, suspend: true}`)
	objects := CrathensObjects(site)
	same(t, "modules", find[*corev1.ConfigMap](t, objects).Data,
		map[string]string{"modules.txt": "golang.org/x/mod\ngolang.org/x/net\n"})
	job := find[*batchv1.CronJob](t, objects).Spec
	same(t, "deadline", *job.JobTemplate.Spec.ActiveDeadlineSeconds, int64(7200))
	same(t, "suspended", *job.Suspend, true)
	c := job.JobTemplate.Spec.Template.Spec.Containers[0]
	same(t, "environment", lines(c.Env), []string{"GOMEMLIMIT=104MiB", "BASIC_AUTH_USER<auth/username", "BASIC_AUTH_PASS<auth/password"})
	same(t, "arguments", c.Args, []string{
		"--athens=http://goproxy-athens.modules.svc.cluster.local",
		"--max-versions-per-module=20",
		"--concurrency=2",
		"--rate=2",
		"--catalog-page-size=1000000",
		"--modules-file=/etc/crathens/modules.txt",
		"--go-sum=/etc/crathens-go-sums/0.sum",
		"--go-sum=/etc/crathens-go-sums/1.sum",
	})
	same(t, "where the go.sum files are", c.VolumeMounts[1].MountPath, "/etc/crathens-go-sums")
	same(t, "ConfigMaps that must exist", ConfigMaps(site), []SecretUse{{"app", []string{"go.sum"}}, {"tools", []string{"tools.sum"}}})
	if CrathensObjects(newSite(t, `crathens: {enabled: false}`)) != nil {
		t.Error("crathens though switched off")
	}
}

// Credentials of a storage bind Athens' ServiceAccount to their identity.
func TestAccountAnnotations(t *testing.T) {
	for spec, want := range map[string]map[string]string{
		`{}`: nil,
		`{athens: {storage: {s3: {region: r, bucket: b, credentials: {podIdentity: {}}}}}}`: nil,
		`{athens: {storage: {s3: {region: r, bucket: b, credentials: {irsa: {roleARN: "arn:aws:iam::1:role/a"}}}}}}`: {
			"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/a",
		},
		`{athens: {storage: {gcs: {bucket: b, credentials: {workloadIdentity: {serviceAccount: a@b.iam.gserviceaccount.com}}}}}}`: {
			"iam.gke.io/gcp-service-account": "a@b.iam.gserviceaccount.com",
		},
	} {
		account := find[*corev1.ServiceAccount](t, AthensBase(newSite(t, spec)))
		same(t, spec, account.Annotations, want)
	}
}

// The keys that a spec names reach every reader: a file keeps its name, whatever
// the key is.
func TestChosenKeys(t *testing.T) {
	site := newSite(t, `{athens: {
  basicAuth: {secretRef: {name: a, keys: {username: user, password: pass}}},
  index: {postgres: {host: db.example.com, credentials: {secretRef: {name: i, keys: {username: u, password: p}}}}},
  private: {credentials: [{host: git.example.com, ssh: {secretRef: {name: s, keys: {privateKey: id, knownHosts: hosts}}}}]},
  storage: {s3: {region: r, bucket: b, credentials: {secretRef: {name: k, keys: {accessKeyID: id, secretAccessKey: secret, sessionToken: token}}}}}}}`)
	same(t, "keys", Secrets(site), []SecretUse{
		{"k", []string{"id", "secret", "token"}}, {"i", []string{"u", "p"}}, {"a", []string{"user", "pass"}}, {"s", []string{"id", "hosts"}},
	})
	mount := privateMounts(&site.Spec.Athens)[0]
	same(t, "files", mount.volume.Projected.Sources[0].Secret.Items[0].Path, "git.example.com/ssh-privatekey")
}

// What gives Athens its role is reached, and nothing beside it.
func TestCredentialEndpoints(t *testing.T) {
	for credentials, want := range map[string]string{
		``: "sts.r.amazonaws.com:443",
		`, credentials: {irsa: {roleARN: "arn:aws:iam::1:role/a"}}`: "sts.r.amazonaws.com:443",
		`, credentials: {podIdentity: {}}`:                          "169.254.170.23:80",
		`, credentials: {secretRef: {name: a}}`:                     "s3.r.amazonaws.com:443",
	} {
		site := newSite(t, "{athens: {storage: {s3: {region: r, bucket: b"+credentials+"}}}}")
		e := storageEndpoints(site)
		last := e[len(e)-1]
		same(t, credentials, fmt.Sprintf("%s:%d", last.Host, last.Port), want)
	}
}

// A lock's servers are written as Athens' clients read them, and reached by the
// protocol that says so.
func TestLockServers(t *testing.T) {
	for lock, want := range map[string][]string{
		`redis: {endpoints: ["r.example.com:6379"]}`: {
			"ATHENS_SINGLE_FLIGHT_TYPE=redis ATHENS_REDIS_ENDPOINT=r.example.com:6379", "r.example.com:6379 TCP"},
		`redis: {endpoints: ["r.example.com:6380"], tls: {}, password: {secretRef: {name: a}}}`: {
			"ATHENS_SINGLE_FLIGHT_TYPE=redis ATHENS_REDIS_ENDPOINT=rediss://r.example.com:6380 ATHENS_REDIS_PASSWORD=", "r.example.com:6380 TLS"},
		`redis: {endpoints: ["r.example.com:6379"], username: "a@b", database: 3, password: {secretRef: {name: a}}}`: {
			"ATHENS_SINGLE_FLIGHT_TYPE=redis ATHENS_REDIS_ENDPOINT=redis://a%40b@r.example.com:6379/3 ATHENS_REDIS_PASSWORD=", "r.example.com:6379 TCP"},
		`redis: {endpoints: ["a.example.com:1", "b.example.com:1"], tls: {}, cluster: {servers: ["c.example.com:1"]}}`: {
			"ATHENS_SINGLE_FLIGHT_TYPE=redis ATHENS_REDIS_ENDPOINT=rediss://a.example.com:1,rediss://b.example.com:1 ATHENS_REDIS_CLUSTER=true",
			"a.example.com:1 TLS", "b.example.com:1 TLS", "c.example.com:1 TLS"},
		`redis: {endpoints: ["s.example.com:1"], username: u, database: 2, password: {secretRef: {name: a}}, sentinel: {masterName: m, servers: ["r.example.com:2"]}}`: {
			"ATHENS_SINGLE_FLIGHT_TYPE=redis-sentinel ATHENS_REDIS_SENTINEL_ENDPOINTS=s.example.com:1 ATHENS_REDIS_SENTINEL_MASTER_NAME=m ATHENS_REDIS_USERNAME=u ATHENS_REDIS_SENTINEL_DB=2 ATHENS_REDIS_SENTINEL_PASSWORD= ATHENS_REDIS_PASSWORD=",
			"s.example.com:1 TCP", "r.example.com:2 TCP"},
		`etcd: {endpoints: ["a.example.com:1", "b.example.com:1"], tls: {}}`: {
			"ATHENS_SINGLE_FLIGHT_TYPE=etcd ATHENS_ETCD_ENDPOINTS=https://a.example.com:1,https://b.example.com:1", "a.example.com:1 TLS", "b.example.com:1 TLS"},
	} {
		f := newSite(t, "{athens: {singleFlight: {"+lock+"}}}").Spec.Athens.SingleFlight
		var env []string
		for _, e := range singleFlightEnv(f) {
			if !strings.HasPrefix(e.Name, "ATHENS_REDIS_LOCK") {
				env = append(env, e.Name+"="+e.Value)
			}
		}
		got := []string{strings.Join(env, " ")}
		for _, e := range lockEndpoints(f) {
			got = append(got, fmt.Sprintf("%s:%d %s", e.Host, e.Port, e.Protocol))
		}
		same(t, lock, got, want)
	}
}

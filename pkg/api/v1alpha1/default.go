package v1alpha1

import (
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/releases"
)

const (
	// AthensVersion is the Athens release that a site gets by default.
	AthensVersion = releases.AthensNewest
	// CompanionVersion is the tag of the lathens and crathens images: the
	// version of this program, which ships them.
	CompanionVersion = "v0.1.0"
	// CompanionRegistry is where those images are published.
	CompanionRegistry = "ghcr.io/gomods/athens-kfn"
	// CollectorImage is the distribution of the OpenTelemetry Collector that the
	// OpenTelemetry Operator runs for a site: the one for Kubernetes, since the
	// operator's own default has no receiver for files. test/readers holds the
	// configurations against the components of this version.
	CollectorImage = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.158.0"
	// DefaultClusterDomain is that of kubeadm and of the clouds' clusters.
	DefaultClusterDomain = "cluster.local"
	// DefaultTrustDomain is that of a mesh whose config names none.
	DefaultTrustDomain = "cluster.local"
	// AKSRevisionPrefix begins every revision of the AKS Istio add-on.
	AKSRevisionPrefix = "asm-"
	// StdoutProvider is the provider of access logs that Istio brings.
	StdoutProvider = "envoy"
	// AKSRootNamespace is where the control planes of the AKS Istio add-on run.
	AKSRootNamespace = "aks-istio-system"
)

// Default fills every field that the user left out. The value of each is
// documented where its type is; nothing else in the program has a fallback.
// It leaves what is there alone, so a second call changes nothing.
func (site *AthensSite) Default() {
	spec := &site.Spec
	or(&spec.ClusterDomain, DefaultClusterDomain)
	set(&spec.Namespace.Create, true)
	or(&spec.Namespace.PodSecurity, PodSecurityRestricted)
	defaultPods(&spec.Pods)
	set(&spec.NetworkPolicies.Enabled, true)
	defaultDNS(&spec.NetworkPolicies)
	defaultFrontDoor(site)
	if e := spec.Secrets.ExternalSecrets; e != nil {
		or(&e.StoreRef.Kind, "ClusterSecretStore")
		duration(&e.RefreshInterval, time.Hour)
	}
	if a := spec.Logs.Access; a != nil {
		or(&a.Provider, StdoutProvider)
		set(&a.Gateway, true)
	}
	if o := spec.Logs.OpenTelemetry; o != nil {
		set(&o.Exporter.TLS.Enabled, true)
		or(&o.Image, spec.Images.mirrored(CollectorImage))
		defaultCompanion(&o.Resources, collectorMemory)
	}
	if m := spec.Logs.AzureMonitor; m != nil && len(m.ExcludeNamespaces) == 0 {
		m.ExcludeNamespaces = []string{"kube-system", "gatekeeper-system"}
	}
	defaultAthens(spec)
	defaultFiles(spec)
	set(&spec.Athens.ServiceAccount.Create, true)
	if *spec.Athens.ServiceAccount.Create {
		or(&spec.Athens.ServiceAccount.Name, site.Name+"-athens")
	}
	defaultLathens(spec)
	defaultCrathens(spec)
	defaultMesh(site)
	defaultGateway(site)
	defaultEgress(spec)
	defaultTracing(spec)
	defaultAzure(site)
	defaultMetrics(spec)
}

// Default fills every field that the user left out.
func (m *MeshReferences) Default() { or(&m.Spec.MergedNamespaces, MergedRefuse) }

// Default fills every field that the user left out.
func (m *MeshEnrolment) Default() {
	set(&m.Spec.Drain.HoldApplicationUntilProxyStarts, true)
	set(&m.Spec.Drain.ExitOnZeroActiveConnections, true)
}

func defaultFrontDoor(site *AthensSite) {
	fd := site.Spec.Edge.FrontDoor
	if fd == nil {
		return
	}
	duration(&fd.OriginTimeout, 240*time.Second)
	if c := fd.Cache; c != nil {
		duration(&c.MaxAge, 365*24*time.Hour)
	}
	p := fd.Provision
	if p == nil {
		return
	}
	or(&fd.ID, NoFrontDoor)
	defaultGroup(&p.ResourceGroup, p.Region)
	if fd.premium() {
		or(&p.SKU, FrontDoorPremium)
	}
	or(&p.SKU, FrontDoorStandard)
	or(&p.Profile, site.Name)
	or(&p.Endpoint, site.Name)
	if w := p.Firewall; w != nil {
		or(&w.Mode, FirewallPrevention)
	}
}

func defaultAzure(site *AthensSite) {
	or(&site.Spec.Azure.Cloud, AzurePublic)
	or(&site.Spec.Azure.Tool, ToolServiceOperator)
	p := site.Spec.Azure.Provision
	if p == nil {
		return
	}
	defaultGroup(&p.ResourceGroup, site.Spec.Region)
	or(&p.Location, p.ResourceGroup.Location)
	if s := p.Storage; s != nil {
		or(&s.Replication, "ZRS")
		or(&s.MaxThroughput, 4000)
		or(&s.PublicNetworkAccess, PublicAccessEnabled)
	}
	if c := p.Cluster; c != nil {
		if site.Spec.Region != "" {
			or(&c.Name, site.Name+"-"+site.Spec.Region)
		}
		or(&c.Name, site.Name)
		or(&c.VMSize, "Standard_D4s_v5")
		or(&c.Nodes, 3)
	}
}

// defaultGroup places a resource group that the site makes.
func defaultGroup(g *AzureResourceGroup, location string) {
	if g.ResourceID == "" {
		or(&g.Location, location)
	}
}

// premium says whether a Front Door is asked for what only Premium has.
func (fd *FrontDoor) premium() bool {
	managed := fd.Provision != nil && fd.Provision.Firewall != nil && fd.Provision.Firewall.ManagedRules
	return managed || fd.LoadBalancer != nil && fd.LoadBalancer.PrivateLink != nil
}

func defaultAthens(spec *AthensSiteSpec) {
	a := &spec.Athens
	or(&a.Version, AthensVersion)
	or(&a.Image, spec.AthensImage())
	or(&a.Replicas, 1)
	or(&a.GoGetWorkers, 5)
	or(&a.ProtocolWorkers, 30)
	defaultWorkVolume(a)
	if s := a.Autoscaling; s != nil && s.KEDA != nil {
		or(&s.KEDA.RequestsInFlight, max(1, a.ProtocolWorkers*2/3))
	}
	or(&a.LogLevel, "info")
	or(&a.Download.Mode, DownloadSync)
	or(&a.NetworkMode, NetworkStrict)

	request := 300 * time.Second
	if fd := spec.Edge.FrontDoor; fd != nil {
		request = min(request, fd.OriginTimeout.Duration)
	}
	if m := spec.Gateway.Timeouts.Module; m != nil {
		request = min(request, m.Duration)
	}
	duration(&a.Timeouts.Request, request)
	duration(&a.Timeouts.Stash, companions.AthensStash)
	duration(&a.Timeouts.Shutdown, 60*time.Second)

	or(&a.Upstream.GoProxy, ProxyDirect)
	if u := &a.Upstream; u.SumDBs == nil {
		u.SumDBs = []string{}
		if u.GoEnv["GOSUMDB"] != "off" {
			u.SumDBs = []string{"https://sum.golang.org"}
		}
	}
	defaultStorage(a)
	defaultAthensResources(a)
	defaultPrivate(&a.Private)
	if a.BasicAuth != nil {
		userKeys(a.BasicAuth)
	}
	if i := a.Index; i != nil {
		defaultSQL(i.MySQL, 3306)
		defaultSQL(i.Postgres, 5432)
	}
}

func defaultStorage(a *Athens) {
	set(&a.Storage, Storage{Disk: &Disk{}})
	s := a.Storage
	if d := s.Disk; d != nil {
		or(&d.AccessMode, "ReadWriteOnce")
		if d.ClaimRef == nil {
			set(&d.Size, resource.MustParse("10Gi"))
			or(&d.WhenDeleted, WhenDeletedRetain)
		}
	}
	if m := s.Mongo; m != nil {
		or(&m.URL.SecretRef.Key, "url")
		or(&m.Database, "athens")
		or(&m.Collection, "modules")
	}
	if b := s.AzureBlob; b != nil {
		secretKey(b.Credentials.SecretRef, "accountKey")
		if id := b.Credentials.ManagedIdentity; id != nil {
			or(&id.Scope, "https://storage.azure.com/.default")
		}
		if a.SingleFlight == nil {
			a.SingleFlight = &SingleFlight{AzureBlob: &Empty{}}
		}
	}
	if g := s.GCS; g != nil {
		if g.Credentials != nil {
			secretKey(g.Credentials.SecretRef, "key.json")
		}
		if a.SingleFlight == nil {
			a.SingleFlight = &SingleFlight{GCS: &Empty{}}
		}
	}
	if s.S3 != nil {
		defaultTLS(s.S3.TLS)
	}
	if b := s.S3; b != nil && b.Credentials != nil && b.Credentials.SecretRef != nil {
		keys := &b.Credentials.SecretRef.Keys
		or(&keys.AccessKeyID, "AWS_ACCESS_KEY_ID")
		or(&keys.SecretAccessKey, "AWS_SECRET_ACCESS_KEY")
	}
	if m := s.Minio; m != nil {
		keys := &m.Credentials.SecretRef.Keys
		or(&keys.AccessKeyID, "accessKey")
		or(&keys.SecretAccessKey, "secretKey")
		defaultTLS(m.TLS)
	}
	if f := a.SingleFlight; f != nil {
		if e := f.Etcd; e != nil {
			defaultTLS(e.TLS)
		}
		if r := f.Redis; r != nil {
			defaultTLS(r.TLS)
			source(r.Password, "password")
			if r.Sentinel != nil {
				source(r.Sentinel.Password, "sentinelPassword")
			}
			defaultLock(&r.Lock, a.Timeouts)
		}
	}
}

func defaultLock(l *RedisLock, t Timeouts) {
	duration(&l.TTL, max(900*time.Second, t.Stash.Duration+30*time.Second))
	duration(&l.Timeout, companions.AthensStash)
	or(&l.MaxRetries, int32(companions.AthensStash/time.Second)) // one a second
}

func defaultSQL(s *SQLIndex, port int32) {
	if s != nil {
		or(&s.Port, port)
		or(&s.Database, "athens")
		userKeys(&s.Credentials)
		defaultTLS(s.TLS)
	}
}

func defaultLathens(spec *AthensSiteSpec) {
	l := &spec.Lathens
	set(&l.Enabled, spec.Athens.BasicAuth == nil)
	or(&l.Image, spec.Images.mirrored(CompanionRegistry+"/lathens:"+CompanionVersion))
	or(&l.Replicas, 2)
	if spec.Mesh.AddOn() {
		or(&l.Spread, SpreadByLoad)
	}
	or(&l.Spread, SpreadByModule)
	duration(&l.TTL, companions.LathensTTL)
	duration(&l.StaleWhileRevalidate, companions.LathensStaleWhileRevalidate)
	duration(&l.StaleIfError, companions.LathensStaleIfError)
	duration(&l.NegativeTTL, companions.LathensNegativeTTL)
	set(&l.MaxBytes, *resource.NewQuantity(companions.LathensMaxBytes, resource.BinarySI))
	or(&l.MaxUpstream, companions.LathensMaxUpstream)
	or(&l.MaxWaiting, companions.LathensMaxWaiting)
	defaultCompanion(&l.Resources, l.Memory().Limit)
}

func defaultCrathens(spec *AthensSiteSpec) {
	c, storage := &spec.Crathens, spec.Athens.Storage
	set(&c.Enabled, spec.Athens.Download.Syncs() && (storage.External == nil || c.Named()))
	or(&c.Image, spec.Images.mirrored(CompanionRegistry+"/crathens:"+CompanionVersion))
	defaultCompanion(&c.Resources, companions.CrathensMemory().Limit)
	or(&c.Schedule, "17 */6 * * *")
	duration(&c.Deadline, 5*time.Hour)
	or(&c.MaxVersionsPerModule, 20)
	or(&c.Concurrency, max(1, min(2, spec.Athens.GoGetWorkers-1)))
	or(&c.RatePerSecond, 2)
	if storage.Disk != nil || storage.Memory != nil {
		or(&c.CatalogPageSize, 1_000_000)
	}
	or(&c.CatalogPageSize, 1000)
}

func defaultMesh(site *AthensSite) {
	m := &site.Spec.Mesh
	or(&m.Mode, MeshSidecar)
	if m.Mode != MeshNone {
		or(&m.TrustDomain, DefaultTrustDomain)
		if m.AddOn() {
			or(&m.RootNamespace, AKSRootNamespace)
		}
		or(&m.RootNamespace, "istio-system")
	}
}

func defaultEgress(spec *AthensSiteSpec) {
	e := &spec.Egress
	if e.Proxy != nil && e.Proxy.Credentials != nil {
		userKeys(e.Proxy.Credentials)
	}
	if spec.Mesh.Mode == MeshNone && !*spec.NetworkPolicies.Enabled {
		return // nothing obeys it
	}
	if spec.Athens.AsksDirect() && e.Proxy == nil {
		or(&e.Mode, EgressOpen)
	}
	or(&e.Mode, EgressListed)
	for i := range e.Allow {
		a := &e.Allow[i]
		_, inside := spec.ServiceNamespace(a.Host)
		switch {
		case len(a.Ports) > 0 || inside: // the ports of its pods are not to be guessed
		case a.CIDR != "":
			a.Ports = OpenPorts()
		default:
			a.Ports = []int32{443}
		}
	}
}

func defaultTracing(spec *AthensSiteSpec) {
	t := spec.Tracing
	if t == nil {
		return
	}
	or(&t.Sampling, "1%")
	or(&t.Collector.Ports.OTLPGRPC, 4317)
	or(&t.Collector.Ports.OTLPHTTP, 4318)
	or(&t.Collector.Ports.JaegerThriftHTTP, 14268)
	set(&t.Programs, true)
	if spec.Mesh.Mode != MeshNone {
		set(&t.Gateway, true)
	}
	if o := t.Operator; o != nil {
		set(&o.Exporter.TLS.Enabled, true)
		or(&o.Replicas, 1)
		or(&o.Image, spec.Images.mirrored(CollectorImage))
		defaultCompanion(&o.Resources, collectorMemory)
	}
}

func defaultMetrics(spec *AthensSiteSpec) {
	m := spec.Metrics
	if m == nil {
		return
	}
	or(&m.Operator, OperatorPrometheus)
	duration(&m.Interval, 30*time.Second)
	set(&m.Rules.Enabled, true)
	or(&m.SLO.MeasuredAt, MeasurePods)
	or(&m.SLO.Availability, "99.9%")
	or(&m.SLO.ListLatency.Target, "99%")
	duration(&m.SLO.ListLatency.Threshold, 500*time.Millisecond)
	or(&m.SLO.ColdFetch.Target, "95%")
	duration(&m.SLO.ColdFetch.Threshold, 30*time.Second)
	or(&m.SLO.CacheHitRatio, "50%")
	_, pause := Pauses(spec.Crathens.Schedule)
	duration(&m.SLO.WarmedWithin, 2*pause+spec.Crathens.Deadline.Duration)
	set(&m.Dashboard.Enabled, true)
	if len(m.Dashboard.Labels) == 0 {
		m.Dashboard.Labels = map[string]string{"grafana_dashboard": "1"}
	}
}

// or sets a field that has its zero value.
func or[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// set sets a field whose zero value is a choice of its own.
func set[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}

func duration(field **metav1.Duration, value time.Duration) {
	set(field, metav1.Duration{Duration: value})
}

func userKeys(c *UserCredentials) {
	or(&c.SecretRef.Keys.Username, "username")
	or(&c.SecretRef.Keys.Password, "password")
}

func source(s *SecretValue, key string) {
	if s != nil {
		or(&s.SecretRef.Key, key)
	}
}

func secretKey(s *SecretKeyRef, key string) {
	if s != nil {
		or(&s.Key, key)
	}
}

package generators

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Protocols of an Endpoint, as Istio names them.
const (
	TLS  = "TLS"
	HTTP = "HTTP"
	TCP  = "TCP"
)

// metadataAddress is where clouds give nodes and pods their identity.
const metadataAddress = "169.254.169.254"

// podIdentityAddress is where the agent of EKS Pod Identity, on each node, gives
// pods their role.
const podIdentityAddress = "169.254.170.23"

// Endpoint is something outside the site that Athens must reach. Istio's
// ServiceEntries and the NetworkPolicies are made from the same list, so that
// they agree.
type Endpoint struct {
	// Host is a DNS name or an IPv4 address.
	Host string
	Port int32
	// Protocol is TLS, HTTP or TCP.
	Protocol string
}

// IsAddress says whether the host is an IP address.
func (e Endpoint) IsAddress() bool {
	_, err := netip.ParseAddr(e.Host)
	return err == nil
}

// What Athens reaches endpoints for.
const (
	ForUpstream  = "upstream"
	ForSumDBs    = "sumdb"
	ForPrivate   = "private"
	ForValidator = "validator"
	ForStorage   = "storage"
	ForLock      = "lock"
	ForIndex     = "index"
	ForOthers    = "others"
	ForVariables = "variables"
	ForProxy     = "proxy"
)

// Reach is the endpoints that serve one purpose. Two purposes may share one.
type Reach struct {
	// Purpose is one of ForUpstream, ForSumDBs and so on.
	Purpose string
	// Endpoints are reached directly.
	Endpoints []Endpoint
	// Proxied are reached through egress.proxy.
	Proxied []Endpoint
}

// Endpoints that Athens reaches directly, in the order in which the spec names
// them, each once.
func Endpoints(site *v1alpha1.AthensSite) []Endpoint {
	var out []Endpoint
	for _, r := range Reaches(site) {
		out = append(out, r.Endpoints...)
	}
	return unique(out)
}

// Reaches are the endpoints of a site by what they are for: upstream, checksum
// databases, private repositories, validator, storage, lock, index, further
// hosts, servers of athens.env, the proxy.
func Reaches(site *v1alpha1.AthensSite) []Reach {
	a := &site.Spec.Athens
	var upstream, private, validator, index, others []Endpoint
	if a.Fetches() {
		for _, p := range a.Upstream.Proxies() {
			if p.IsServer() {
				upstream = append(upstream, fromURL(p.URL))
			}
		}
		private = privateEndpoints(a)
	}
	sums := ChecksumsOf(a).asked
	if a.ValidatorHook != "" {
		validator = append(validator, fromURL(a.ValidatorHook))
	}
	if i := a.Index; i != nil {
		for _, db := range []*v1alpha1.SQLIndex{i.MySQL, i.Postgres} {
			if db != nil {
				index = append(index, Endpoint{db.Host, db.Port, TCP})
			}
		}
	}
	for _, a := range site.Spec.Egress.Allow {
		for _, port := range a.Ports {
			if a.Host != "" {
				others = append(others, Endpoint{a.Host, port, TLS})
			}
		}
	}
	out := []Reach{
		{ForUpstream, unique(upstream), nil},
		{ForSumDBs, unique(sums), nil},
		{ForPrivate, unique(private), nil},
		{ForValidator, validator, nil},
		{ForStorage, unique(storageEndpoints(site)), nil},
		{ForLock, unique(lockEndpoints(a.SingleFlight)), nil},
		{ForIndex, index, nil},
		{ForOthers, unique(others), nil},
		{ForVariables, variableEndpoints(a), nil},
		{ForProxy, Proxy(site), nil},
	}
	for i := range out {
		out[i] = out[i].split(site)
	}
	return out
}

// CatalogSources are the other sites whose catalogs crathens reads.
func CatalogSources(site *v1alpha1.AthensSite) []Endpoint {
	c := &site.Spec.Crathens
	if !*c.Enabled {
		return nil
	}
	var out []Endpoint
	for _, s := range c.Sources {
		out = append(out, fromURL(s.URL))
	}
	return unique(out)
}

// variableEndpoints are the servers that athens.env names in clear text.
func variableEndpoints(a *v1alpha1.Athens) (out []Endpoint) {
	for _, e := range a.Env {
		host := v1alpha1.HostOf(e.Value)
		switch {
		case !v1alpha1.NamesServer(e.Name) || host == "localhost" || strings.HasPrefix(host, "127."):
		case host != "":
			out = append(out, fromURL(e.Value))
		case strings.Contains(e.Value, ":"):
			out = append(out, fromHostPort(e.Value, 443, TCP))
		}
	}
	return unique(out)
}

// DirectSources are what crathens must reach for them: they, or egress.proxy.
func DirectSources(site *v1alpha1.AthensSite) []Endpoint {
	return direct(site, CatalogSources(site))
}

// privateEndpoints are the hosts that private patterns begin with, or that
// credentials name where a pattern begins with a wildcard: the go command asks
// them first, whatever a vanity import path then leads to. What credentials name
// is reached with or without a pattern: git's configuration may send others there.
// A module proxy among them is an endpoint of upstream.
func privateEndpoints(a *v1alpha1.Athens) []Endpoint {
	p := &a.Private
	var out, named []Endpoint
	for i := range p.Credentials {
		c := &p.Credentials[i]
		switch {
		case c.SSH != nil:
			named = append(named, Endpoint{c.Host, c.SSH.Port, TCP})
		case c.GitHubApp != nil && c.Host == gitHub:
			named = append(named, Endpoint{c.Host, 443, TLS}, Endpoint{"api." + gitHub, 443, TLS})
		case !slices.ContainsFunc(a.Upstream.Proxies(), func(p v1alpha1.Proxy) bool { return v1alpha1.HostOf(p.URL) == c.Host }):
			named = append(named, Endpoint{c.Host, 443, TLS})
		}
	}
	if p.GitConfig != nil {
		named = append(named, serversOfGit(p.GitConfig.Text)...)
	}
	for _, pattern := range p.Patterns {
		host, _, _ := strings.Cut(pattern, "/")
		hosts := []string{host}
		if strings.ContainsAny(host, "*?[") {
			hosts = p.CredentialHosts(host)
		}
		for _, host := range hosts {
			out = append(out, Endpoint{host, 443, TLS})
		}
	}
	return append(out, named...)
}

// serversOfGit are the servers that private.gitConfig.text leads git to.
func serversOfGit(text string) (out []Endpoint) {
	for _, u := range v1alpha1.GitServers(text) {
		switch u.Scheme {
		case "http", "https":
			out = append(out, fromURL(u.String()))
		case "git":
			out = append(out, fromHostPort(u.Host, 9418, TCP))
		default:
			out = append(out, fromHostPort(u.Host, 22, TCP))
		}
	}
	return out
}

func storageEndpoints(site *v1alpha1.AthensSite) []Endpoint {
	s := site.Spec.Athens.Storage
	switch {
	case s.Mongo != nil:
		return mongoEndpoints(s.Mongo, site.Spec.Azure.In())
	case s.AzureBlob != nil:
		out := []Endpoint{{s.AzureBlob.Account + ".blob.core.windows.net", 443, TLS}}
		if s.AzureBlob.Credentials.ManagedIdentity != nil {
			out = append(out, Endpoint{metadataAddress, 80, TCP})
		}
		return out
	case s.GCS != nil:
		out := []Endpoint{{"storage.googleapis.com", 443, TLS}, {"oauth2.googleapis.com", 443, TLS}}
		if s.GCS.Credentials == nil || s.GCS.Credentials.SecretRef == nil {
			out = append(out, Endpoint{metadataAddress, 80, TCP})
		}
		return out
	case s.S3 != nil:
		return s3Endpoints(s.S3)
	case s.Minio != nil:
		if s.Minio.TLS != nil {
			return []Endpoint{fromHostPort(s.Minio.Endpoint, 443, TLS)}
		}
		return []Endpoint{fromHostPort(s.Minio.Endpoint, 80, HTTP)}
	case s.External != nil:
		return []Endpoint{fromURL(s.External.URL)}
	}
	return nil
}

func mongoEndpoints(m *v1alpha1.Mongo, cloud v1alpha1.AzureCloud) []Endpoint {
	var out []Endpoint
	if c := m.Cosmos; c != nil {
		const port = v1alpha1.CosmosPort
		out = append(out, Endpoint{c.Account + cloud.CosmosDomain, port, TLS})
		for _, region := range c.Regions {
			out = append(out, Endpoint{c.Account + "-" + region + cloud.CosmosDomain, port, TLS})
		}
	}
	for _, h := range m.Hosts {
		out = append(out, fromHostPort(h, 27017, TCP))
	}
	return out
}

// awsDomain is what the hosts of AWS in a region end in: that of its partition
// (docs.aws.amazon.com/general/latest/gr/rande.html).
func awsDomain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return ".amazonaws.com.cn"
	}
	return ".amazonaws.com"
}

func s3Endpoints(s *v1alpha1.S3) []Endpoint {
	var out []Endpoint
	if s.Endpoint != "" {
		e := fromURL(s.Endpoint)
		out = append(out, e)
		if !s.ForcePathStyle {
			e.Host = s.Bucket + "." + e.Host
			out = append(out, e)
		}
	} else {
		host := "s3." + s.Region + awsDomain(s.Region)
		out = append(out, Endpoint{s.Bucket + "." + host, 443, TLS}, Endpoint{host, 443, TLS})
	}
	switch c := s.Credentials; {
	case c != nil && c.SecretRef != nil:
	case c != nil && c.PodIdentity != nil:
		out = append(out, Endpoint{podIdentityAddress, 80, TCP})
	default:
		out = append(out, Endpoint{"sts." + s.Region + awsDomain(s.Region), 443, TLS})
	}
	return out
}

// overTLS is the protocol of a server that is reached with TLS or in plain text.
func overTLS(t *v1alpha1.TLS) string {
	if t != nil {
		return TLS
	}
	return TCP
}

func lockEndpoints(f *v1alpha1.SingleFlight) []Endpoint {
	var out []Endpoint
	switch {
	case f == nil:
	case f.Etcd != nil:
		for _, h := range f.Etcd.Endpoints {
			out = append(out, fromHostPort(h, 2379, overTLS(f.Etcd.TLS)))
		}
	case f.Redis != nil:
		hosts := f.Redis.Endpoints
		if s := f.Redis.Sentinel; s != nil {
			hosts = slices.Concat(hosts, s.Servers)
		}
		if c := f.Redis.Cluster; c != nil {
			hosts = slices.Concat(hosts, c.Servers)
		}
		for _, h := range hosts {
			out = append(out, fromHostPort(h, 6379, overTLS(f.Redis.TLS)))
		}
	}
	return out
}

// fromURL reads a URL that validation has seen.
func fromURL(s string) Endpoint {
	u, err := url.Parse(s)
	if err != nil {
		return Endpoint{}
	}
	if u.Scheme == "http" {
		return fromHostPort(u.Host, 80, HTTP)
	}
	return fromHostPort(u.Host, 443, TLS)
}

// fromHostPort reads host or host:port; any other port than 443 and 80 keeps
// the protocol of the caller.
func fromHostPort(s string, port int32, protocol string) Endpoint {
	host, p, found := strings.Cut(s, ":")
	if n, err := strconv.ParseInt(p, 10, 32); found && err == nil {
		port = int32(n)
	}
	return Endpoint{Host: host, Port: port, Protocol: protocol}
}

// unique are the values of a list, each where it stands first.
func unique[T comparable](in []T) []T {
	var out []T
	seen := make(map[T]bool, len(in))
	for _, e := range in {
		if !seen[e] {
			seen[e] = true
			out = append(out, e)
		}
	}
	return out
}

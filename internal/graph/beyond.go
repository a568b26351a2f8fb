package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// beyond is what Athens keeps modules in and gets them from.
func (b *builder) beyond() {
	if d := b.site.Spec.Athens.Storage.Disk; d != nil {
		n := Node{ID: volumeID, Kind: Volume, Place: Inside,
			Lines: []string{d.AccessMode}, Objects: b.objectsOf(volumeID)}
		if d.ClaimRef != nil {
			n.Title = d.ClaimRef.Name
		} else {
			n.Title = "claim"
			if len(n.Objects) > 0 {
				n.Title = n.Objects[0].Name
			}
			n.Lines = append(n.Lines, d.Size.String())
		}
		if d.StorageClassName != "" {
			n.Lines = append(n.Lines, "class "+d.StorageClassName)
		}
		b.add(n)
	}
	for _, r := range generators.Reaches(b.site) {
		if len(r.Endpoints)+len(r.Proxied) == 0 && (r.Purpose != generators.ForUpstream || !b.site.Spec.Athens.Fetches()) {
			continue
		}
		n := Node{ID: "to-" + r.Purpose, Place: Beyond}
		n.Lines = b.describe(&n, r.Purpose)
		if r.Purpose != generators.ForUpstream {
			n.Lines = append(n.Lines, b.hosts(slices.Concat(r.Endpoints, r.Proxied))...)
		}
		b.add(n)
	}
}

// describe names what serves a purpose, and says more than its hosts do.
func (b *builder) describe(n *Node, purpose string) []string {
	a := &b.site.Spec.Athens
	switch purpose {
	case generators.ForUpstream:
		n.Kind, n.Title = Upstream, "Module sources"
		return b.proxies()
	case generators.ForSumDBs:
		n.Kind, n.Title = Sums, "Checksum databases"
	case generators.ForPrivate:
		n.Kind, n.Title = Upstream, "Private modules"
		return []string{"patterns " + strings.Join(a.Private.Patterns, ", ")}
	case generators.ForValidator:
		n.Kind, n.Title = Other, "Validator hook"
	case generators.ForStorage:
		n.Kind = Storage
		return b.storage(n)
	case generators.ForLock:
		n.Kind, n.Title = Lock, "Redis"
		switch f := a.SingleFlight; {
		case f == nil:
		case f.Etcd != nil:
			n.Title = "etcd"
		case f.Redis != nil && f.Redis.Sentinel != nil:
			n.Title = "Redis Sentinel"
		case f.Redis != nil && f.Redis.Cluster != nil:
			n.Title = "Redis Cluster"
		}
		return []string{"one download of a version at a time"}
	case generators.ForVariables:
		n.Kind, n.Title = Other, "Servers of athens.env"
	case generators.ForProxy:
		n.Kind, n.Title = Other, "Egress proxy"
	case generators.ForIndex:
		n.Kind, n.Title = Index, "PostgreSQL"
		if a.Index.MySQL != nil {
			n.Title = "MySQL"
		}
	default:
		n.Kind, n.Title = Other, "Further hosts"
	}
	return nil
}

// proxies are the entries of GOPROXY, in the order in which they are asked.
func (b *builder) proxies() (out []string) {
	proxies := b.site.Spec.Athens.Upstream.Proxies()
	for i, p := range proxies {
		text := strings.TrimPrefix(p.URL, "https://")
		switch p.URL {
		case v1alpha1.ProxyDirect:
			text = "direct: the repository of each module"
		case v1alpha1.ProxyOff:
			text = "off: no other source"
		}
		if i > 0 && proxies[i-1].AnyError {
			text += ", after any error"
		}
		out = append(out, fmt.Sprintf("%d. %s", i+1, text))
	}
	return out
}

func (b *builder) storage(n *Node) (out []string) {
	switch s := b.site.Spec.Athens.Storage; {
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		n.Title = "Azure Cosmos DB"
		out = []string{"database " + s.Mongo.Database}
	case s.Mongo != nil:
		n.Title = "MongoDB"
		out = []string{"database " + s.Mongo.Database}
	case s.AzureBlob != nil:
		n.Title = "Azure Blob Storage"
		out = []string{"container " + s.AzureBlob.Container}
	case s.GCS != nil:
		n.Title = "Google Cloud Storage"
		out = []string{"bucket " + s.GCS.Bucket}
	case s.S3 != nil:
		n.Title = "S3"
		out = []string{"bucket " + s.S3.Bucket + ", " + s.S3.Region}
	case s.Minio != nil:
		n.Title = "MinIO"
		out = []string{"bucket " + s.Minio.Bucket}
	case s.External != nil:
		n.Title = "External storage"
	}
	if f := b.site.Spec.Athens.SingleFlight; f != nil && (f.AzureBlob != nil || f.GCS != nil) {
		out = append(out, "also holds the lock")
	}
	return out
}

// hosts are endpoints as people write them: without the port that the protocol
// has anyhow.
func (b *builder) hosts(endpoints []generators.Endpoint) (out []string) {
	for _, e := range endpoints {
		host := strings.TrimSuffix(e.Host, "."+b.site.Spec.ClusterDomain)
		if e.Protocol != generators.TLS || e.Port != 443 {
			host = fmt.Sprintf("%s:%d", host, e.Port)
		}
		out = append(out, host)
	}
	return out
}

// ways are the protocols and ports of endpoints, each once.
func ways(endpoints []generators.Endpoint) (out []string) {
	for _, e := range endpoints {
		if way := fmt.Sprintf("%s %d", e.Protocol, e.Port); !slices.Contains(out, way) {
			out = append(out, way)
		}
	}
	return out
}

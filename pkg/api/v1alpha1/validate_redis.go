package v1alpha1

import (
	"net/url"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// redis checks a lock in Redis. What Athens can do is in its pkg/stash
// (with_redis.go and with_redis_sentinel.go at v0.18.0).
func (r *rules) redis(path string, d *Redis) {
	at := child(path, "endpoints")
	if d.Sentinel == nil {
		r.endpoints(at, d.Endpoints, "redis.<namespace>.svc."+r.spec.ClusterDomain+":6379", redisAndPort)
		if len(d.Endpoints) > 1 && d.Cluster == nil {
			r.add(item(at, 1), "is a second server, but Athens asks one; remove it, or write cluster: {} if these are nodes of a Redis Cluster, or sentinel: {masterName: …} if they are sentinels")
		}
	} else {
		r.endpoints(at, d.Endpoints, "sentinel-0.redis.<namespace>.svc."+r.spec.ClusterDomain+":26379", redisAndPort)
	}
	r.tls(child(path, "tls"), d.TLS, noOwnTLS("Redis"))
	r.redisLogin(path, d)
	if s := d.Sentinel; s != nil {
		at := child(path, "sentinel")
		r.required(child(at, "masterName"), s.MasterName, "what the sentinels call the server, as in mymaster", func(s string) string {
			// The characters that Redis' sentinel.conf names.
			return word(s, "-_.", "what sentinels call a server", "mymaster")
		})
		r.each(child(at, "servers"), s.Servers, redisAndPort)
		r.value(child(at, "password"), s.Password)
		if d.TLS != nil {
			r.add(child(path, "tls"), "is set together with sentinel, but Athens calls sentinels and their server in plain text only; run them in the cluster, where the mesh encrypts, or write the server itself as endpoints and remove sentinel")
		}
	}
	if c := d.Cluster; c != nil {
		r.each(path+".cluster.servers", c.Servers, redisAndPort)
		if !r.spec.Athens.Has(releases.RedisCluster) && r.sound("spec.athens.version") {
			r.add(child(path, "cluster"), "is read from Athens %s on, and athens.version is %s; write a newer release, or a single server", quote.Said(releases.Since(releases.RedisCluster)), r.spec.Athens.Version)
		}
	}
	r.lock(child(path, "lock"), &d.Lock)
}

// redisLogin checks who Athens is to the server, and in which database it locks.
func (r *rules) redisLogin(path string, d *Redis) {
	r.value(child(path, "password"), d.Password)
	if at := child(path, "username"); d.Username != "" {
		if word(d.Username, "-_.@", "", "") != "" { // not repeated: a password may be in it
			r.add(at, "is not a user of Redis; write letters, digits and any of -_.@, as in athens, and the password to a Secret, as password")
		}
		if d.Password == nil {
			r.add(at, "is not sent without a password; write password: {secretRef: {name: …}}, or remove it")
		}
	}
	at, known := child(path, "database"), r.sound("spec.athens.version")
	switch {
	case d.Database < 0:
		r.add(at, "%d is not a database; write 0 or more", d.Database)
	case d.Database > 0 && d.Cluster != nil:
		r.add(at, "is set together with cluster, but a Redis Cluster has database 0 only; remove it")
	case d.Database > 0 && d.Sentinel != nil && known && !r.spec.Athens.Has(releases.RedisSentinelDB):
		r.add(at, "is read with sentinel from Athens %s on, and athens.version is %s; write a newer release, or remove it", quote.Said(releases.Since(releases.RedisSentinelDB)), r.spec.Athens.Version)
	}
	if d.Sentinel == nil && d.Password != nil && d.URL() && known && !r.spec.Athens.Has(releases.RedisURLPassword) {
		r.add(child(path, "password"), "does not count beside tls, username or database before Athens %s, and athens.version is %s; write a newer release", quote.Said(releases.Since(releases.RedisURLPassword)), r.spec.Athens.Version)
	}
}

// URL says whether Athens needs a URL to reach the server: host:port says neither
// TLS nor a user nor a database.
func (d *Redis) URL() bool { return d.TLS != nil || d.Username != "" || d.Database != 0 }

// redisAndPort is host:port of a Redis server or sentinel.
func redisAndPort(s string) string { return serverAndPort(s, "6379", "redis", "rediss") }

// etcdAndPort is host:port of an etcd server.
func etcdAndPort(s string) string { return serverAndPort(s, "2379", "http", "https") }

// serverAndPort is host:port of a server. A URL of a scheme, plain or with TLS, is
// taken apart into the fields that say the same; a login in it is refused before.
func serverAndPort(s, port, plain, secure string) string {
	scheme, _, found := strings.Cut(s, "://")
	if !found || scheme != plain && scheme != secure {
		return hostAndPort(s)
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return quote.Sprintf("%q is a URL that cannot be read; write host:port", s)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	address := u.Hostname() + ":" + port
	if problem := hostAndPort(address); problem != "" {
		return problem
	}
	fields := quote.Sprintf("endpoints: [%q]", address)
	if scheme == secure {
		fields += " and tls: {}"
	}
	if database := strings.Trim(u.Path, "/"); database != "" && database != "0" && inSet(database, digits) {
		fields += ", database: " + quote.Short(database)
	}
	return quote.Sprintf("%q is a URL; write %s", s, quote.Said(fields))
}

package importer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// redis makes the section of a lock in Redis, once.
func (m *mapping) redis() *v1alpha1.Redis {
	a := &m.spec().Athens
	if a.SingleFlight == nil {
		a.SingleFlight = &v1alpha1.SingleFlight{}
	}
	if a.SingleFlight.Redis == nil {
		a.SingleFlight.Redis = &v1alpha1.Redis{}
	}
	return a.SingleFlight.Redis
}

// lock is what keeps replicas from fetching the same twice.
func (m *mapping) lock(s setting) {
	a := &m.spec().Athens
	storage := m.setting("ATHENS_STORAGE_TYPE").Value
	switch kind := strings.ToLower(s.Value); kind {
	case "", "memory":
	case "etcd":
		if a.SingleFlight == nil {
			a.SingleFlight = &v1alpha1.SingleFlight{}
		}
		if a.SingleFlight.Etcd == nil {
			a.SingleFlight.Etcd = m.etcd()
		}
	case "redis":
		r := m.redis()
		m.redisServer(r)
		if ref, ok := m.ref("ATHENS_REDIS_PASSWORD", "redis", "password"); ok {
			r.Password = secretValue(ref, "password")
		}
	case "redis-sentinel":
		r := m.redis()
		r.Endpoints = commaSplit(m.setting("ATHENS_REDIS_SENTINEL_ENDPOINTS").Value)
		if r.Sentinel == nil {
			r.Sentinel = &v1alpha1.RedisSentinel{MasterName: m.setting("ATHENS_REDIS_SENTINEL_MASTER_NAME").Value}
		}
		if ref, ok := m.ref("ATHENS_REDIS_PASSWORD", "redis", "password"); ok {
			r.Password = secretValue(ref, "password")
		}
		r.Username = m.setting("ATHENS_REDIS_USERNAME").Value
		if n, err := strconv.ParseInt(m.setting("ATHENS_REDIS_SENTINEL_DB").Value, 10, 32); err == nil {
			r.Database = int32(n)
		}
		if ref, ok := m.ref("ATHENS_REDIS_SENTINEL_PASSWORD", "redis", "sentinelPassword"); ok {
			r.Sentinel.Password = secretValue(ref, "sentinelPassword")
		}
		m.todo("ATHENS_REDIS_SENTINEL_ENDPOINTS", "write the Redis servers behind the sentinels, host:port each, as spec.athens.singleFlight.redis.sentinel.servers: they open the network to them")
	case "gcp":
		if storage != kind {
			a.SingleFlight = &v1alpha1.SingleFlight{GCS: &v1alpha1.Empty{}}
		}
	case "azureblob":
		if storage != kind {
			a.SingleFlight = &v1alpha1.SingleFlight{AzureBlob: &v1alpha1.Empty{}}
		}
	default:
		m.leave(s.name(), "%s: write spec.athens.singleFlight", unknownKind(s))
	}
}

// etcd are the servers, whose URLs say whether they have TLS.
func (m *mapping) etcd() *v1alpha1.Etcd {
	out := &v1alpha1.Etcd{Endpoints: []string{}}
	for _, each := range commaSplit(m.setting("ATHENS_ETCD_ENDPOINTS").Value) {
		host, _, u := server(each, "2379")
		if u == nil {
			host = each
		} else if u.Scheme == "https" {
			out.TLS = &v1alpha1.TLS{}
		}
		out.Endpoints = append(out.Endpoints, host)
	}
	return out
}

// sentinels are written by lock.
func (m *mapping) sentinels(setting) {}

// redisServer takes Redis servers apart: their URLs may have a login, a database
// and TLS in them. Of a cluster's Athens takes those of the first.
func (m *mapping) redisServer(r *v1alpha1.Redis) {
	s := m.setting("ATHENS_REDIS_ENDPOINT")
	servers := []string{s.Value}
	if c := m.setting("ATHENS_REDIS_CLUSTER"); c.Value == "true" {
		r.Cluster = &v1alpha1.RedisCluster{}
		servers = commaSplit(s.Value)
		m.todo(s.name(), "write the other nodes of the cluster, host:port each, as spec.athens.singleFlight.redis.cluster.servers: they open the network to them")
	}
	for i, each := range servers {
		host, login, u := server(each, "6379")
		if !s.Clear() || u == nil {
			m.leave(s.name(), "%s: write spec.athens.singleFlight.redis.endpoints", cmp.Or(m.origin(s), "is not a server as host:port"))
			return
		}
		r.Endpoints = append(r.Endpoints, host)
		if i > 0 {
			continue
		}
		if u.Scheme == "rediss" {
			r.TLS = &v1alpha1.TLS{}
		}
		if n, err := strconv.ParseInt(strings.Trim(u.Path, "/"), 10, 32); err == nil {
			r.Database = int32(n)
		}
		if login == nil {
			continue
		}
		r.Username = login.Username()
		if _, has := login.Password(); has {
			r.Password = secretValue(m.move(s.name(), "redis", "password"), "password")
		}
	}
}

// index is where Athens records what it stored.
func (m *mapping) index(s setting) {
	a := &m.spec().Athens
	kind := strings.ToLower(s.Value)
	var to *v1alpha1.SQLIndex
	if a.Index == nil {
		a.Index = &v1alpha1.Index{}
	}
	switch kind {
	case "memory":
		a.Index.Memory = &v1alpha1.Empty{}
		return
	case "mysql":
		a.Index.MySQL = &v1alpha1.SQLIndex{}
		to = a.Index.MySQL
	case "postgres":
		a.Index.Postgres = &v1alpha1.SQLIndex{}
		to = a.Index.Postgres
	default:
		a.Index = nil
		if kind != "" && kind != "none" {
			m.leave(s.name(), "%s: write spec.athens.index", unknownKind(s))
		}
		return
	}
	prefix := "ATHENS_INDEX_" + strings.ToUpper(kind) + "_"
	to.Host = m.setting(prefix + "HOST").Value
	m.parameters(m.setting(prefix+"PARAMS"), to)
	if secret, keys, ok := m.pair("index", []string{prefix + "USER", prefix + "PASSWORD"}, []string{"username", "password"}); ok {
		to.Credentials = users(secret, keys)
	}
}

// parameters are those of a connection, but for those that are Athens' own
// defaults. A file of certificates goes to the field that mounts it.
func (m *mapping) parameters(s setting, to *v1alpha1.SQLIndex) {
	if s.written == "" || !s.Clear() {
		return
	}
	defaults := commaSplit(s.Default)
	for _, each := range commaSplit(s.Value) {
		name, value, _ := strings.Cut(each, ":")
		if ca := m.textAt(value, "ca.crt"); name == "sslrootcert" && ca != nil {
			to.TLS = &v1alpha1.TLS{CARef: ca}
		} else if !slices.Contains(defaults, each) {
			if to.Parameters == nil {
				to.Parameters = map[string]string{}
			}
			to.Parameters[name] = value
		}
	}
}

func users(secret string, keys []string) v1alpha1.UserCredentials {
	return v1alpha1.UserCredentials{SecretRef: v1alpha1.UserSecretRef{Name: secret, Keys: v1alpha1.UserKeys{
		Username: unless(keys[0], "username"), Password: unless(keys[1], "password")}}}
}

// basicAuth is the user that clients must be.
func (m *mapping) basicAuth(setting) {
	if secret, keys, ok := m.pair("basic-auth", []string{"BASIC_AUTH_USER", "BASIC_AUTH_PASS"}, []string{"username", "password"}); ok {
		credentials := users(secret, keys)
		m.spec().Athens.BasicAuth = &credentials
	}
}

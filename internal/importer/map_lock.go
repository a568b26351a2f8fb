package importer

import (
	"cmp"
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
			a.SingleFlight.Etcd = &v1alpha1.Etcd{Endpoints: commaSplit(m.setting("ATHENS_ETCD_ENDPOINTS").Value)}
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

// sentinels are written by lock.
func (m *mapping) sentinels(setting) {}

// redisServer takes a Redis server apart: its URL may have a login, a database and
// TLS in it.
func (m *mapping) redisServer(r *v1alpha1.Redis) {
	s := m.setting("ATHENS_REDIS_ENDPOINT")
	host, login, u := server(s.Value, "6379")
	if !s.Clear() || u == nil {
		m.leave(s.name(), "%s: write spec.athens.singleFlight.redis.endpoints", cmp.Or(m.origin(s), "is not a server as host:port"))
		return
	}
	r.Endpoints = []string{host}
	if u.Scheme == "rediss" {
		m.leave(s.name(), "asks for TLS, which no field of the spec sets for Redis: write a server in the cluster, where the mesh encrypts")
	}
	if database := strings.Trim(u.Path, "/"); database != "" && database != "0" {
		m.leave(s.name(), "names the database %s, and the site locks in database 0: set both to the same one, or let no replica of today run beside the site", database)
	}
	if login == nil {
		return
	}
	if login.Username() != "" {
		m.leave(s.name(), "has the user %s, which no field of the spec sets for Redis: write the password of the default user", login.Username())
	}
	if _, has := login.Password(); has {
		r.Password = secretValue(m.move(s.name(), "redis", "password"), "password")
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
	if secret, keys, ok := m.pair("index", []string{prefix + "USER", prefix + "PASSWORD"}, []string{"username", "password"}); ok {
		to.Credentials = users(secret, keys)
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

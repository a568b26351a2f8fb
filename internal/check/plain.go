package check

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gitconfig"
)

// plainRules are about what crosses a network unencrypted.
func plainRules() []Rule {
	return []Rule{
		{
			Code: "AK541", Severity: Warning,
			Fault:   "Athens asks upstream over plain HTTP",
			Title:   "Athens asks upstream over HTTPS",
			Why:     "Over plain HTTP, everyone on the network path can read the names of all modules, and can replace those that no checksum database verifies.",
			Cure:    "Write https://.",
			Example: `athens: {upstream: {goproxy: "http://mirror.example.com"}}`,
			find: func(w *World, add add) {
				for _, p := range w.Athens.Upstream.Proxies() {
					w.plain(add, "spec.athens.upstream.goproxy", p.URL)
				}
				w.plain(add, "spec.athens.validatorHook", w.Athens.ValidatorHook)
				w.plain(add, "spec.athens.download.url", w.Athens.Download.URL)
			},
		},
		{
			Code: "AK542", Severity: Warning,
			Fault:   "Athens reaches the storage without TLS",
			Title:   "Athens reaches the storage with TLS",
			Why:     "Modules, and the credentials of the bucket, cross the network outside the cluster in plain HTTP.",
			Cure:    "Write https:// (s3.endpoint, external.url) or tls: {} (minio).",
			Example: etcdExample + `storage: {azureBlob: null, minio: {endpoint: "minio.example.com:9000", bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, minio: {endpoint: "minio.example.com:9000", tls: {}, bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}`,
			when:    func(w *World) bool { s := w.Athens.Storage; return s.Minio != nil || s.S3 != nil || s.External != nil },
			find: func(w *World, add add) {
				s := w.Athens.Storage
				if s.Minio != nil && s.Minio.TLS == nil && w.outside(s.Minio.Endpoint) {
					add("spec.athens.storage.minio.tls", "is left out, and %s is outside the cluster: nothing encrypts the way there", s.Minio.Endpoint)
				}
				if s.S3 != nil {
					w.plain(add, "spec.athens.storage.s3.endpoint", s.S3.Endpoint)
				}
				if s.External != nil {
					w.plain(add, "spec.athens.storage.external.url", s.External.URL)
				}
			},
		},
		{
			Code: "AK543", Severity: Warning,
			Fault: "the lock server is outside the cluster, without TLS",
			Title: "the lock server is in the cluster, or reached with TLS",
			Why:   "Outside the cluster the password and the names of all modules cross the network in plain text. Athens speaks TLS with Redis and etcd, but not with sentinels.",
			Cure:  "Set tls: {} where the server has TLS (Azure's Redis on port 6380). Sentinels must run in the cluster, where the mesh encrypts; azureBlob and gcs storage have a lock of their own.",
			Example: `
athens:
  storage: {azureBlob: null, minio: {endpoint: "minio.storage.svc.cluster.local:9000", bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}
  singleFlight: {redis: {endpoints: ["redis.example.com:6379"]}}`,
			Cured: `
athens:
  storage: {azureBlob: null, minio: {endpoint: "minio.storage.svc.cluster.local:9000", bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}
  singleFlight: {redis: {endpoints: ["redis.example.com:6379"], tls: {}}}`,
			when: func(w *World) bool {
				f := w.Athens.SingleFlight
				return f != nil && (f.Redis != nil || f.Etcd != nil)
			},
			find: func(w *World, add add) {
				f := w.Athens.SingleFlight
				const said = "%s is outside the cluster, and Athens speaks to it without TLS"
				var list []string
				path := "spec.athens.singleFlight.etcd.endpoints"
				if f.Etcd != nil && f.Etcd.TLS == nil {
					list = f.Etcd.Endpoints
				}
				if f.Redis != nil && f.Redis.TLS == nil {
					list, path = f.Redis.Endpoints, "spec.athens.singleFlight.redis.endpoints"
				}
				for i, e := range list {
					if w.outside(e) {
						add(item(path, i), said, e)
					}
				}
			},
		},
		{
			Code: "AK544", Severity: Warning,
			Fault:   "certificates of servers are not verified",
			Title:   "certificates of servers are verified",
			Why:     "Everyone on the network path can impersonate the server, read the credentials that Athens sends, and answer instead of it.",
			Cure:    "Remove the field or variable, and write the ConfigMap or the Secret with the certificate of the server's authority to trust.caCertificates: Athens, its go command and git then accept the server's. Or correct the server's certificate.",
			Example: `athens: {upstream: {goEnv: {GOINSECURE: "git.example.com/*"}}}`,
			find: func(w *World, add add) {
				if v := w.Athens.Upstream.GoEnv["GOINSECURE"]; v != "" {
					add("spec.athens.upstream.goEnv.GOINSECURE", "%q is fetched without a certificate, or without TLS at all", v)
				}
				if v := w.Athens.Upstream.GoEnv["GIT_SSL_NO_VERIFY"]; v != "" {
					add("spec.athens.upstream.goEnv.GIT_SSL_NO_VERIFY", "makes git accept any certificate")
				}
				for _, s := range w.gitSettings() {
					if s.Name() == "http.sslverify" && s.Off() {
						add(gitConfigText, "turns http.sslVerify off in line %d: git accepts any certificate", s.Line)
					}
				}
				for i, e := range w.Athens.Env {
					if e.Name == "ATHENS_MONGO_INSECURE" && strings.EqualFold(e.Value, "true") {
						add(item("spec.athens.env", i), "makes Athens accept any certificate for MongoDB")
					}
				}
			},
		},
		{
			Code: "AK545", Severity: Warning,
			Fault:   "the index is outside the cluster, without TLS",
			Title:   "the index is in the cluster, or reached with TLS",
			Why:     "Outside the cluster the password of the database and the names of all modules cross the network in plain text. With preferred, prefer or allow, they do if an attacker claims that the server has no TLS.",
			Cure:    "Remove the parameter: the site then encrypts. Write tls: {} to verify the server's certificate too.",
			Example: `athens: {index: {postgres: {host: db.example.com, parameters: {sslmode: disable}, credentials: {secretRef: {name: athens-index}}}}}`,
			Cured:   `athens: {index: {postgres: {host: db.example.com, tls: {}, credentials: {secretRef: {name: athens-index}}}}}`,
			when:    func(w *World) bool { i := w.Athens.Index; return i != nil && (i.MySQL != nil || i.Postgres != nil) },
			find: func(w *World, add add) {
				if db, name, value := w.Athens.Index.Plain(); db != nil && w.outside(db.Host) {
					kind := "postgres"
					if db == w.Athens.Index.MySQL {
						kind = "mysql"
					}
					add("spec.athens.index."+kind+".parameters."+name, "is %s, and %s is outside the cluster", value, db.Host)
				}
			},
		},
	}
}

const gitConfigText = "spec.athens.private.gitConfig.text"

// gitSettings are those of private.gitConfig.text.
func (w *World) gitSettings() []gitconfig.Setting {
	g := w.Athens.Private.GitConfig
	if g == nil {
		return nil
	}
	settings, _ := gitconfig.Parse(g.Text)
	return settings
}

// plain reports a URL outside the cluster that is not encrypted.
func (w *World) plain(add add, path, u string) {
	if strings.HasPrefix(u, "http://") && w.outside(v1alpha1.HostOf(u)) {
		add(path, "%s is plain HTTP to a host outside the cluster", u)
	}
}

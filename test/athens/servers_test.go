package athens

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/gomods/athens/pkg/config"
	"github.com/gomods/athens/pkg/index/mysql"
	"github.com/gomods/athens/pkg/index/postgres"
	"github.com/gomods/athens/pkg/stash"
	"github.com/gomods/athens/pkg/storage"
	"github.com/gomods/athens/pkg/storage/mem"
	"github.com/gomods/athens/pkg/storage/minio"
	"github.com/gomods/athens/pkg/storage/mongo"
	"github.com/gomods/athens/pkg/storage/s3"
	"github.com/kelseyhightower/envconfig"
)

// authority signs certificates of servers and clients.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string // of its certificate
}

// trusted is the authority whose certificate is where trust.caCertificates puts
// those of a site: in SSL_CERT_DIR. Go reads that once.
var trusted *authority

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "trust")
	if err != nil {
		panic(err)
	}
	trusted = newAuthority(dir)
	os.Setenv("SSL_CERT_DIR", dir)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func newAuthority(dir string) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}
	a := &authority{key: key, file: filepath.Join(dir, "ca.crt")}
	a.certificate = template
	der := a.sign(template, &key.PublicKey)
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	writePEM(a.file, "CERTIFICATE", der)
	return a
}

func (a *authority) sign(template *x509.Certificate, key *ecdsa.PublicKey) []byte {
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key, a.key)
	if err != nil {
		panic(err)
	}
	return der
}

// pair is a certificate of a host on loopback and its key.
func (a *authority) pair() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der := a.sign(&x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}, &key.PublicKey)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func writePEM(path, kind string, der []byte) {
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		panic(err)
	}
}

// from fills a part of Athens' configuration from what a site renders; more are
// variables that a Secret holds, or that lead to loopback.
func from[C any](t *testing.T, spec string, more ...string) *C {
	t.Helper()
	env, _ := rendered(t, spec)
	for name, value := range env {
		t.Setenv(name, value)
	}
	for i := 0; i < len(more); i += 2 {
		t.Setenv(more[i], more[i+1])
	}
	var c C
	if err := envconfig.Process("", &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

// stored counts what it is asked to store.
type stored struct {
	in    storage.Backend
	count atomic.Int32
}

func (s *stored) Stash(ctx context.Context, module, version string) (string, error) {
	s.count.Add(1)
	return version, s.in.Save(ctx, module, version, []byte("module "+module), strings.NewReader("zip"), nil, []byte("{}"))
}

// Athens locks in Redis as the site says it is reached: with TLS that an authority
// of the site signed, as a user, in a database, in a cluster. Three callers store
// a version once.
func TestRedis(t *testing.T) {
	for name, c := range map[string]struct {
		more string
		tls  bool
	}{
		"plain":                 {more: ""},
		"a user and a database": {more: "username: athens, database: 3"},
		"TLS":                   {more: "tls: {}", tls: true},
		"TLS, a user":           {more: "tls: {}, username: athens, database: 3", tls: true},
		"a cluster with TLS":    {more: "tls: {}, cluster: {servers: [\"127.0.0.1:1\"]}", tls: true},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := miniredis.Run()
			if c.tls {
				server.Close()
				server, err = miniredis.RunTLS(&tls.Config{Certificates: []tls.Certificate{trusted.pair()}})
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			if strings.Contains(c.more, "username") {
				server.RequireUserAuth("athens", "secret")
			} else {
				server.RequireAuth("secret")
			}
			cfg := from[config.SingleFlight](t, "athens: {singleFlight: {redis: {endpoints: [\""+server.Addr()+"\"], password: {secretRef: {name: redis}}, "+c.more+"}}}", "ATHENS_REDIS_PASSWORD", "secret")
			backend, err := mem.NewStorage()
			if err != nil {
				t.Fatal(err)
			}
			wrap, err := stash.WithRedisLock(quiet{}, cfg.Redis.Endpoint, cfg.Redis.Password, cfg.Redis.Cluster, storage.WithChecker(backend), cfg.Redis.LockConfig)
			if err != nil {
				t.Fatal(err)
			}
			s := &stored{in: backend}
			locked, errs := wrap(s), make(chan error)
			for range 3 {
				go func() {
					_, err := locked.Stash(t.Context(), "example.com/a", "v1.0.0")
					errs <- err
				}()
			}
			for range 3 {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
			if n := s.count.Load(); n != 1 {
				t.Errorf("stored %d times", n)
			}
		})
	}
}

// server is a server that only shakes hands: its address, and what came of each
// connection.
type server struct {
	address string
	hands   chan error
}

// shake listens with a certificate. Whatever a client says before the handshake is
// answered by first.
func shake(t *testing.T, config *tls.Config, first func(net.Conn) error) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &server{address: l.Addr().String(), hands: make(chan error, 1000)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(5 * time.Second))
				if err := first(c); err != nil {
					s.hands <- err
					return
				}
				secure := tls.Server(c, config)
				err := secure.Handshake()
				if err == nil {
					_, err = secure.Read(make([]byte, 1)) // a client that refuses the certificate says so now
					if err == io.EOF {
						err = nil
					}
				}
				s.hands <- err
			}()
		}
	}()
	return s
}

func nothing(net.Conn) error { return nil }

// starttls answers PostgreSQL's request for TLS.
func starttls(c net.Conn) error {
	if _, err := io.ReadFull(c, make([]byte, 8)); err != nil {
		return err
	}
	_, err := c.Write([]byte("S"))
	return err
}

// greet is a MySQL server's first packet, which offers TLS, and the client's answer.
func greet(c net.Conn) error {
	salt := "12345678"
	payload := "\x0a8.0.0\x00\x01\x00\x00\x00" + salt + "\x00\x00\x8a\x21\x02\x00\x08\x00\x15" + strings.Repeat("\x00", 10) + salt + "9012\x00mysql_native_password\x00"
	if _, err := c.Write([]byte(string([]byte{byte(len(payload)), 0, 0, 0}) + payload)); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 4+32))
	return err
}

// Athens reaches servers over TLS where the site says so, takes the certificates
// of the site's authorities, and no others.
func TestServersOverTLS(t *testing.T) {
	const s3Site = "athens: {storage: {s3: {region: r, bucket: gomods, endpoint: \"https://ADDRESS\", forcePathStyle: true, MOREcredentials: {secretRef: {name: s}}}}}"
	const sqlSite = "athens: {index: {KIND: {host: 127.0.0.1, port: PORT, tls: {MORE}, credentials: {secretRef: {name: db}}}}}"
	const mongoSite = "athens: {storage: {mongo: {url: {secretRef: {name: s}}, hosts: [\"ADDRESS\"]}}}"
	s3Call := func(t *testing.T, spec string, more ...string) func() {
		cfg := from[config.S3Config](t, spec, append(more, "AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "key")...)
		s, err := s3.New(cfg, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return func() { _, _ = s.List(context.Background(), "example.com/a") }
	}
	mongoCall := func(t *testing.T, spec, address string, more ...string) func() {
		cfg := from[config.MongoConfig](t, spec, append(more, "ATHENS_MONGO_STORAGE_URL", "mongodb://u:p@"+address+"/?tls=true&serverSelectionTimeoutMS=1000")...)
		return func() { _, _ = mongo.NewStorage(cfg, time.Second) }
	}
	stranger := newAuthority(t.TempDir())
	for name, c := range map[string]struct {
		spec  string
		first func(net.Conn) error
		// call makes Athens call the server.
		call func(t *testing.T, spec, address string) func()
		// own says that Athens takes the stranger's certificates for this server,
		// and no others.
		own bool
	}{
		"Redis": {"athens: {singleFlight: {redis: {endpoints: [\"ADDRESS\"], tls: {}}}}", nothing, func(t *testing.T, spec, _ string) func() {
			cfg := from[config.SingleFlight](t, spec)
			return func() {
				_, _ = stash.WithRedisLock(quiet{}, cfg.Redis.Endpoint, cfg.Redis.Password, cfg.Redis.Cluster, nil, cfg.Redis.LockConfig)
			}
		}, false},
		"etcd": {"athens: {singleFlight: {etcd: {endpoints: [\"ADDRESS\"], tls: {}}}}", nothing, func(t *testing.T, spec, _ string) func() {
			cfg := from[config.SingleFlight](t, spec)
			return func() {
				wrap, err := stash.WithEtcd(strings.Split(cfg.Etcd.Endpoints, ","), nil)
				if err == nil {
					_, _ = wrap(nil).Stash(context.Background(), "a", "v1.0.0")
				}
			}
		}, false},
		"MySQL": {strings.NewReplacer("KIND", "mysql", "MORE", "").Replace(sqlSite), greet, func(t *testing.T, spec, _ string) func() {
			cfg := from[config.MySQL](t, spec, "ATHENS_INDEX_MYSQL_USER", "u", "ATHENS_INDEX_MYSQL_PASSWORD", "p")
			return func() { _, _ = mysql.New(cfg) }
		}, false},
		"PostgreSQL": {strings.NewReplacer("KIND", "postgres", "MORE", "").Replace(sqlSite), starttls, func(t *testing.T, spec, _ string) func() {
			cfg := from[config.Postgres](t, spec, "ATHENS_INDEX_POSTGRES_USER", "u", "ATHENS_INDEX_POSTGRES_PASSWORD", "p")
			return func() { _, _ = postgres.New(cfg) }
		}, false},
		"PostgreSQL, its own authority": {strings.NewReplacer("KIND", "postgres", "MORE", "caRef: {configMapRef: {name: ca}}").Replace(sqlSite), starttls, func(t *testing.T, spec, _ string) func() {
			cfg := from[config.Postgres](t, spec, "ATHENS_INDEX_POSTGRES_USER", "u", "ATHENS_INDEX_POSTGRES_PASSWORD", "p")
			if cfg.Params["sslrootcert"] == "/etc/athens/index/ca.crt" { // where the pod has it
				cfg.Params["sslrootcert"] = stranger.file
			}
			return func() { _, _ = postgres.New(cfg) }
		}, true},
		"MinIO": {"athens: {storage: {minio: {endpoint: \"ADDRESS\", bucket: gomods, tls: {}, credentials: {secretRef: {name: s}}}}}", nothing, func(t *testing.T, spec, _ string) func() {
			cfg := from[config.MinioConfig](t, spec, "ATHENS_MINIO_ACCESS_KEY_ID", "id", "ATHENS_MINIO_SECRET_ACCESS_KEY", "key")
			return func() { _, _ = minio.NewStorage(cfg, time.Second) }
		}, false},
		"S3": {strings.Replace(s3Site, "MORE", "", 1), nothing, func(t *testing.T, spec, _ string) func() { return s3Call(t, spec, "AWS_CA_BUNDLE", "") }, false},
		"S3, its own authority": {strings.Replace(s3Site, "MORE", "tls: {caRef: {configMapRef: {name: ca}}}, ", 1), nothing, func(t *testing.T, spec, _ string) func() {
			env, _ := rendered(t, spec)
			if env["AWS_CA_BUNDLE"] != "/etc/athens/s3/ca.crt" { // where the pod has it
				t.Fatal(env)
			}
			return s3Call(t, spec, "AWS_CA_BUNDLE", stranger.file)
		}, true},
		"MongoDB": {mongoSite, nothing, func(t *testing.T, spec, address string) func() { return mongoCall(t, spec, address) }, false},
		// Which is why check reports the variable.
		"MongoDB, by Athens' own variable": {mongoSite, nothing, func(t *testing.T, spec, address string) func() {
			return mongoCall(t, spec, address, "ATHENS_MONGO_CERT_PATH", stranger.file)
		}, false},
	} {
		for from, by := range map[string]*authority{"trusted": trusted, "a stranger": stranger} {
			t.Run(name+", signed by "+from, func(t *testing.T) {
				s := shake(t, &tls.Config{Certificates: []tls.Certificate{by.pair()}, NextProtos: []string{"h2", "http/1.1"}}, c.first)
				_, port, _ := net.SplitHostPort(s.address)
				call := c.call(t, strings.NewReplacer("ADDRESS", s.address, "PORT", port).Replace(c.spec), s.address)
				go call() // some try again for a minute
				var err error
				select {
				case err = <-s.hands:
				case <-time.After(time.Minute):
					t.Fatal("no connection")
				}
				if taken := (by == trusted) != c.own; (err == nil) != taken {
					t.Errorf("taken %v, want %v: %v", err == nil, taken, err)
				}
			})
		}
	}
}

package athens

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomods/athens/pkg/config"
	"github.com/gomods/athens/pkg/errors"
	"github.com/gomods/athens/pkg/index/mysql"
	"github.com/kelseyhightower/envconfig"
)

// Athens records what it stores in MariaDB, with the parameters that a site
// gives it, whatever the server's time zone is: without them each first .info
// is a 500, because MariaDB refuses a time that ends in Z.
func TestIndex_InMariaDB(t *testing.T) {
	for name, host := range map[string]string{
		"in the cluster":         "mariadb.db.svc.cluster.local",
		"elsewhere, through TLS": "db.example.com",
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mysqlConfig(t, host)
			cfg.Host, cfg.Port = "127.0.0.1", mariaDB(t, cfg)
			indexer, err := mysql.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			before := time.Now()
			ctx := context.Background()
			if err := indexer.Index(ctx, "github.com/Acme/tool", "v1.0.0"); err != nil {
				t.Fatal(err)
			}
			if err := indexer.Index(ctx, "github.com/Acme/tool", "v1.0.0"); errors.Kind(err) != errors.KindAlreadyExists {
				t.Errorf("the same version again: %v", err)
			}
			lines, err := indexer.Lines(ctx, before.Add(-time.Hour), 10)
			if err != nil || len(lines) != 1 {
				t.Fatalf("%d lines: %v", len(lines), err)
			}
			if got := lines[0].Timestamp; got.Sub(before).Abs() > 10*time.Minute {
				t.Errorf("stored at %s, recorded as %s", before.UTC(), got.UTC())
			}
			if lines, err := indexer.Lines(ctx, before.Add(time.Hour), 10); err != nil || len(lines) != 0 {
				t.Errorf("%d lines of the future: %v", len(lines), err)
			}
		})
	}
}

// mysqlConfig is what Athens makes of a site's environment.
func mysqlConfig(t *testing.T, host string) *config.MySQL {
	t.Helper()
	env, _ := rendered(t, "athens: {index: {mysql: {host: "+host+", credentials: {secretRef: {name: athens-index}}}}}")
	for name, value := range env {
		if strings.HasPrefix(name, "ATHENS_INDEX_MYSQL_") {
			t.Setenv(name, value)
		}
	}
	t.Setenv("ATHENS_INDEX_MYSQL_USER", "athens") // from the Secret
	t.Setenv("ATHENS_INDEX_MYSQL_PASSWORD", "secret")
	var cfg config.MySQL
	if err := envconfig.Process("", &cfg); err != nil {
		t.Fatal(err)
	}
	return &cfg
}

// mariaDB starts a server of the test's own on loopback, five hours from UTC,
// and returns its port.
func mariaDB(t *testing.T, cfg *config.MySQL) (port int) {
	t.Helper()
	server, err := exec.LookPath("mariadbd")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("there is no mariadbd: apt-get install mariadb-server-core mariadb-client-core")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	install := exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+data, "--user="+me.Username, "--auth-root-authentication-method=normal", "--skip-test-db") //nolint:gosec // a test's own directory
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	setup := filepath.Join(dir, "setup.sql")
	if err := os.WriteFile(setup, []byte(fmt.Sprintf("CREATE DATABASE %s;\nCREATE USER '%s'@'localhost' IDENTIFIED BY '%s';\nGRANT ALL ON %[1]s.* TO '%[2]s'@'localhost';\n",
		cfg.Database, cfg.User, cfg.Password)), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate, key := keyPair(t, dir)
	port = freePort(t)
	log := filepath.Join(dir, "log")
	cmd := exec.Command(server, "--no-defaults", "--datadir="+data, "--user="+me.Username, "--init-file="+setup, //nolint:gosec // a test's own server
		"--bind-address=127.0.0.1", "--port="+strconv.Itoa(port), "--socket="+filepath.Join(dir, "socket"), "--pid-file="+filepath.Join(dir, "pid"),
		"--log-error="+log, "--default-time-zone=+05:00", "--ssl-cert="+certificate, "--ssl-key="+key)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 600 {
		if c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			_ = c.Close()
			return port
		}
		time.Sleep(100 * time.Millisecond)
	}
	text, _ := os.ReadFile(log)
	t.Fatalf("mariadbd does not listen:\n%s", text)
	return 0
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// server is a running program.
type server struct {
	name    string
	address string
	cmd     *exec.Cmd
	// front is what a request passes on its way; behind is where it goes then,
	// for a chain that is no program itself.
	front  []*server
	behind *server
}

// stop ends the program and what it started.
func (s *server) stop() {
	if s == nil {
		return
	}
	for _, f := range s.front {
		f.stop()
	}
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		_ = s.cmd.Wait()
	}
}

func startStandIn() (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, standInMode)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	return &server{name: "upstream", address: strings.TrimSpace(address), cmd: cmd}, err
}

func startLathens(dir string, o *options, upstream *server) (*server, error) {
	program := filepath.Join(dir, "lathens")
	build := exec.Command("go", "build", "-o", program, "./cmd/lathens")
	build.Dir, build.Stderr = o.root, os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("go build ./cmd/lathens: %w", err)
	}
	s := &server{name: "lathens"}
	// Fresh for the whole run, so that only hits are measured.
	s.cmd = exec.Command(program, "--upstream=http://"+upstream.address, "--listen=127.0.0.1:0",
		"--ttl=1h", "--drain-delay=0s", fmt.Sprintf("--max-bytes=%d", o.maxBytes))
	// Spans are made, where a caller wants any, and lead nowhere.
	s.cmd.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1")
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	first, err := bufio.NewReader(log).ReadString('\n')
	if err != nil {
		return nil, err
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	_, after, _ := strings.Cut(first, `"address":"`)
	s.address, _, _ = strings.Cut(after, `"`)
	return s, nil
}

// nginxConf is a proxy cache as its manual sets one up, with what makes hits
// fast: no access log, open files kept, connections kept.
const nginxConf = `daemon off;
worker_processes auto;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  open_file_cache max=10000 inactive=1h;
  open_file_cache_valid 1h;
  client_body_temp_path %[1]s/body;
  proxy_temp_path %[1]s/proxy;
  fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi;
  scgi_temp_path %[1]s/scgi;
  proxy_cache_path %[1]s/cache keys_zone=lists:64m max_size=64m inactive=24h;
  server {
    listen %[2]s;
    location / {
      proxy_pass http://%[3]s;
      proxy_cache lists;
      proxy_cache_valid 200 1h;
      proxy_cache_lock on;
      add_header X-Cache $upstream_cache_status;
    }
  }
}
`

// startNginx returns nil, and says so, where there is no nginx.
func startNginx(dir string, upstream *server) (*server, error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		fmt.Fprintln(os.Stderr, "skipped: nginx is not installed (Debian: apt-get install nginx-light)")
		return nil, nil
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, dir, address, upstream.address), 0o600); err != nil {
		return nil, err
	}
	// The workers may run as another user.
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	s := &server{name: "nginx", address: address, cmd: exec.Command(program, "-c", conf, "-e", filepath.Join(dir, "error.log"))}
	return s, s.start()
}

// start runs the program until it listens.
func (s *server) start() error {
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 200 {
		c, err := net.Dial("tcp", s.address)
		if err == nil {
			return c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New(s.name + " does not listen")
}

// varnishConf tells whether an answer is from the cache.
const varnishConf = `vcl 4.1;
backend default { .host = "%s"; .port = "%s"; }
sub vcl_deliver { if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } }
`

// startVarnish returns nil, and says so, where there is no varnish.
func startVarnish(dir string, upstream *server) (*server, error) {
	program, err := exec.LookPath("varnishd")
	if err != nil {
		fmt.Fprintln(os.Stderr, "skipped: varnish is not installed (Debian: apt-get install varnish)")
		return nil, nil
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	host, port, _ := strings.Cut(upstream.address, ":")
	conf := filepath.Join(dir, "varnish.vcl")
	if err := os.WriteFile(conf, fmt.Appendf(nil, varnishConf, host, port), 0o644); err != nil {
		return nil, err
	}
	s := &server{name: "varnish", address: address, cmd: exec.Command(program, "-F", "-j", "none", "-n", filepath.Join(dir, "varnish"),
		"-a", address, "-f", conf, "-s", "malloc,64m", "-p", "default_ttl=3600")}
	return s, s.start()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

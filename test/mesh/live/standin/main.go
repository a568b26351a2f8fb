// Standin replaces the programs of a pod: it answers every request with
// who it is and what arrived, and misbehaves on demand.
//
//	standin -name POD -program NAME -listen :3000 [-tcp :6379] [-tls :443,:10255] [-control unix socket]
//
// The control socket takes lines; each is answered with one line:
//
//	mode ok|hang|reset|CODE|slow DURATION [for REGEXP]   what requests to modules
//	                                        get, or those whose path matches
//	count                                   requests since the last count
package main

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

type server struct {
	name, program string
	mode          atomic.Value
	count         atomic.Int64
}

// Answer is the body of every answer.
type Answer struct {
	Pod, Program, Method, URI, Host string
	Headers                         http.Header
}

func main() {
	var (
		s       server
		listen  = flag.String("listen", "", "address for HTTP/1.1 and HTTP/2 without TLS")
		tcp     = flag.String("tcp", "", "address for anything else")
		tlsAddr = flag.String("tls", "", "addresses for HTTPS")
		control = flag.String("control", "", "unix socket")
	)
	flag.StringVar(&s.name, "name", "", "pod")
	flag.StringVar(&s.program, "program", "", "program")
	flag.Parse()
	s.mode.Store("ok")
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	protocols.SetHTTP2(true)
	srv := &http.Server{Handler: &s, Protocols: protocols, ErrorLog: log.New(io.Discard, "", 0)}
	if *listen != "" {
		l, err := net.Listen("tcp", *listen)
		check(err)
		go srv.Serve(l)
	}
	for _, address := range strings.FieldsFunc(*tlsAddr, func(r rune) bool { return r == ',' }) {
		l, err := net.Listen("tcp", address)
		check(err)
		go srv.Serve(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate()}, NextProtos: []string{"http/1.1"}}))
	}
	if *tcp != "" {
		l, err := net.Listen("tcp", *tcp)
		check(err)
		go each(l, s.echo)
	}
	if *control != "" {
		os.Remove(*control)
		l, err := net.Listen("unix", *control)
		check(err)
		go each(l, s.control)
	}
	fmt.Println("ready")
	// As Athens and lathens do: on SIGTERM answer what is under way, then end.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	srv.Shutdown(ctx)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.count.Add(1)
	w.Header().Set("X-Pod", s.name)
	w.Header().Set("X-Program", s.program)
	w.Header().Set("X-Got", fmt.Sprintf("%q", r.RequestURI))
	mode, pattern, some := strings.Cut(s.mode.Load().(string), " for ")
	if some {
		if match, err := regexp.MatchString(pattern, r.URL.Path); err != nil || !match {
			mode = "ok"
		}
	}
	if strings.Contains(r.URL.Path, "/@") || strings.HasPrefix(r.URL.Path, "/sumdb/") {
		switch word, arg, _ := strings.Cut(mode, " "); word {
		case "hang":
			<-r.Context().Done()
			return
		case "reset":
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				c.(*net.TCPConn).SetLinger(0)
				c.Close()
			}
			return
		case "slow":
			d, _ := time.ParseDuration(arg)
			time.Sleep(d)
		case "ok":
		default:
			code, _ := strconv.Atoi(word)
			w.WriteHeader(code)
			return
		}
	}
	if n, err := strconv.ParseInt(r.Header.Get("X-Bytes"), 10, 64); err == nil && r.Method == http.MethodGet {
		w.Header().Set("Content-Length", fmt.Sprint(n))
		buf := make([]byte, 64<<10)
		for n > 0 {
			m := min(n, int64(len(buf)))
			if _, err := w.Write(buf[:m]); err != nil {
				return
			}
			n -= m
		}
		return
	}
	if name, file, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/@"); ok && strings.HasPrefix(name, "example.com/go/") {
		serveModule(w, name, file)
		return
	}
	if r.URL.Path == "/catalog" && s.program == "athens" && r.Header.Get("X-Live") == "" {
		fmt.Fprint(w, `{"modules":[{"module":"example.com/go/a","version":"v1.0.0"},{"module":"example.com/go/b","version":"v1.0.0"}],"next":""}`)
		return
	}
	json.NewEncoder(w).Encode(Answer{s.name, s.program, r.Method, r.RequestURI, r.Host, r.Header})
}

// serveModule is Athens with modules of two versions, each of one file.
func serveModule(w http.ResponseWriter, name, file string) {
	for c := 'a'; c <= 'z'; c++ { // as the protocol escapes upper case
		name = strings.ReplaceAll(name, "!"+string(c), strings.ToUpper(string(c)))
	}
	mod := "module " + name + "\n\ngo 1.21\n"
	switch version := strings.TrimPrefix(strings.TrimSuffix(file, path.Ext(file)), "v/"); {
	case file == "v/list":
		fmt.Fprint(w, "v1.0.0\nv1.1.0\n")
	case file == "latest":
		fmt.Fprint(w, `{"Version":"v1.1.0","Time":"2026-01-01T00:00:00Z"}`)
	case path.Ext(file) == ".info":
		fmt.Fprintf(w, `{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, version)
	case path.Ext(file) == ".mod":
		fmt.Fprint(w, mod)
	case path.Ext(file) == ".zip":
		z := zip.NewWriter(w)
		for file, text := range map[string]string{"go.mod": mod, "x.go": "package x\n"} {
			f, err := z.Create(name + "@" + version + "/" + file)
			if err == nil {
				io.WriteString(f, text)
			}
		}
		z.Close()
	default:
		http.Error(w, "no "+file, http.StatusNotFound)
	}
}

// each serves every connection.
func each(l net.Listener, serve func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			serve(c)
		}()
	}
}

// echo answers the first bytes of a connection with its own name.
func (s *server) echo(c net.Conn) {
	if n, _ := c.Read(make([]byte, 512)); n > 0 {
		fmt.Fprintf(c, "POD %s PROGRAM %s\n", s.name, s.program)
	}
}

func (s *server) control(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		switch word, arg, _ := strings.Cut(lines.Text(), " "); word {
		case "mode":
			s.mode.Store(arg)
			fmt.Fprintln(c, "ok")
		case "count":
			fmt.Fprintln(c, s.count.Swap(0))
		default:
			fmt.Fprintln(c, "what?")
		}
	}
}

func certificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	t := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	check(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// client is one connection. It does just what a measurement needs, so that
// most of the machine is left for the server.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

func dial(s *server) (*client, error) {
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}, nil
}

// get asks for a path.
func (c *client) get(path string) (cached string, body int, err error) {
	c.add(path)
	if err := c.send(); err != nil {
		return "", 0, err
	}
	return c.receive()
}

// add puts one more request behind those to send.
func (c *client) add(path string) {
	c.request = append(append(append(c.request, "GET "...), path...), meshed...)
}

// meshed is what a gateway sends with a go command's request. Its caller is not
// sampled, as most are.
const meshed = " HTTP/1.1\r\nHost: goproxy.example.com\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n" +
	"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Request-Id: 7d3e8a0e-3a4c-9d8b-b0a5-1f6c4f0a7f11\r\n" +
	"X-Envoy-Attempt-Count: 1\r\nX-Envoy-External-Address: 192.0.2.1\r\nTraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n" +
	"X-Forwarded-Client-Cert: By=spiffe://cluster.local/ns/goproxy/sa/goproxy-lathens;Hash=0000000000000000000000000000000000000000000000000000000000000000;" +
	"Subject=\"\";URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account\r\n\r\n"

func (c *client) send() error {
	_, err := c.conn.Write(c.request)
	c.request = c.request[:0]
	return err
}

// receive reads one answer, which must be a 200 with a length. cached is what
// the cache says of it.
func (c *client) receive() (cached string, body int, err error) {
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return "", 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
			return "", 0, fmt.Errorf("answered %s", line)
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch strings.ToLower(string(name)) { // Envoy's are in lower case
		case "content-length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return "", 0, err
			}
		case "x-lathens", "x-cache":
			cached = string(value)
		}
	}
	if length < 0 {
		return "", 0, errors.New("an answer without a length")
	}
	_, err = c.in.Discard(length)
	return cached, length, err
}

// drive asks for the sample list on each connection until the time is over. It
// returns how long the answers took, sorted.
func drive(s *server, connections int, d time.Duration) ([]time.Duration, error) {
	times, errs := make([][]time.Duration, connections), make([]error, connections)
	end := time.Now().Add(d)
	var all sync.WaitGroup
	for n := range connections {
		all.Go(func() { times[n], errs[n] = one(s, end) })
	}
	all.Wait()
	sorted := slices.Concat(times...)
	slices.Sort(sorted)
	return sorted, errors.Join(errs...)
}

func one(s *server, end time.Time) (times []time.Duration, err error) {
	c, err := dial(s)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	for {
		start := time.Now()
		if start.After(end) {
			return times, nil
		}
		if _, _, err := c.get(sampleList); err != nil {
			return times, err
		}
		times = append(times, time.Since(start))
	}
}

// quantile of sorted times.
func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

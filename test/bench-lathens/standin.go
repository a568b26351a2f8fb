package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// standInMode is this program's argument that makes it the upstream.
	standInMode = "stand-in"
	// athensCPU is what Athens needs for one list, which starts a go command
	// each time: about 25 ms, measured on v0.18.0.
	athensCPU = 25 * time.Millisecond
	// sampleList is the list that is asked for all the time, of
	// sampleVersions versions, and costs athensCPU.
	sampleList     = "/example.com/sample/@v/list"
	sampleVersions = 60
	// hangingList is never answered.
	hangingList = "/example.com/hanging/@v/list"
	// fillPrefix is that of the lists that fill caches: as long as the sample.
	fillPrefix = "/example.com/" + fillName
	fillName   = "f"
)

// standIn serves lists until it is killed. Every module exists; the number in
// its name decides how long its list is. Little more than reading and writing:
// a million lists should cost lathens most, not its upstream.
func standIn() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go answer(conn)
	}
}

func answer(conn net.Conn) {
	defer conn.Close()
	in, sample := bufio.NewReader(conn), list(sampleVersions)
	var path string
	var out []byte
	for first := true; ; {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		if first {
			_, rest, _ := strings.Cut(string(line), " ")
			path, _, _ = strings.Cut(rest, " ")
		}
		if first = len(line) <= len("\r\n"); !first {
			continue // a header, which does not matter
		}
		body := sample
		if path == hangingList {
			_, _ = in.ReadByte() // until lathens gives up
			return
		}
		if strings.HasPrefix(path, fillPrefix) {
			body = sample
		} else if path == sampleList {
			for end := time.Now().Add(athensCPU); time.Now().Before(end); {
			}
		} else {
			name, _, _ := strings.Cut(strings.TrimPrefix(path, "/example.com/m"), "/")
			n, _ := strconv.Atoi(name)
			body = sample[:7*(1+n%20)]
		}
		out = fmt.Appendf(out[:0], "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// list is a list of n versions.
func list(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "v1.%d.0\n", i)
	}
	return b.Bytes()
}

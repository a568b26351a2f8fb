package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

const (
	manyModules = 50_000
	every50th   = 50 // module has a new version
)

// crowd is a site of manyModules, each with one stored version.
type crowd struct {
	mu   sync.Mutex
	info map[string]int // requests by module
	most int            // rows of a page
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, file, _ := strings.Cut(r.URL.Path, "/@v/")
	switch n, err := strconv.Atoi(strings.TrimPrefix(name, "/example.com/team/project-")); {
	case r.URL.Path == "/catalog":
		c.page(w, r)
	case err != nil:
		http.NotFound(w, r)
	case file == "list" && n%every50th == 0:
		fmt.Fprintln(w, "v1.0.0\nv1.1.0")
	case file == "list":
		fmt.Fprintln(w, "v1.0.0")
	case file == "v1.1.0.info":
		c.mu.Lock()
		c.info[name]++
		c.mu.Unlock()
		fmt.Fprintln(w, `{"Version":"v1.1.0"}`)
	case file == "v1.1.0.zip" && r.Method == http.MethodHead:
		w.Header().Set("Content-Length", "1000")
	default:
		http.NotFound(w, r)
	}
}

func (c *crowd) page(w http.ResponseWriter, r *http.Request) {
	type entry struct {
		Module  string `json:"module"`
		Version string `json:"version"`
	}
	var page struct {
		Modules []entry `json:"modules"`
		Next    string  `json:"next"`
	}
	from, _ := strconv.Atoi(r.FormValue("token")) // error dropped: none is 0
	size, _ := strconv.Atoi(r.FormValue("pagesize"))
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := from; n < min(from+size, manyModules); n++ {
		name := fmt.Sprintf("example.com/team/project-%d", n)
		page.Modules = append(page.Modules, entry{name, "v1.0.0"})
		if c.info["/"+name] > 0 {
			page.Modules = append(page.Modules, entry{name, "v1.1.0"})
		}
	}
	c.most = max(c.most, size)
	if from+size < manyModules {
		page.Next = strconv.Itoa(from + size)
	}
	_ = json.NewEncoder(w).Encode(page)
}

// A run of 50,000 modules that its budget cuts short is continued by the next,
// which asks for nothing again; neither needs more than 100 MiB.
func TestLargeSite_StaysBelow100MiBAndResumes(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("100,000 requests")
	}
	c := &crowd{info: map[string]int{}}
	server := httptest.NewServer(c)
	defer server.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const all = manyModules / every50th
	half := 0
	for _, budget := range []int{all * 1000 / 2, 0} {
		cmd := exec.CommandContext(t.Context(), self, "--athens="+server.URL, "--log-level=error", "--rate=100000", "--max-bytes="+strconv.Itoa(budget))
		cmd.Env = append(os.Environ(), asProgram+"=1")
		out, _ := cmd.CombinedOutput()
		code, warmed := cmd.ProcessState.ExitCode(), len(c.info)
		if budget > 0 {
			if half = warmed; code != 1 || half < all/2 || half >= all || !strings.Contains(string(out), "is used up") {
				t.Errorf("exit %d, %d of %d versions warmed within the budget: %s", code, half, all, out)
			}
		} else if code != 0 || warmed != all {
			t.Errorf("exit %d, %d of %d versions warmed in the end: %s", code, warmed, all, out)
		}
		peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10 // KiB on Linux
		if runtime.GOOS == "linux" && peak > 100<<20 {
			t.Errorf("peak %d MiB", peak>>20)
		}
		t.Logf("peak %d MiB, %d versions warmed", peak>>20, warmed)
	}
	for name, n := range c.info {
		if n != 1 {
			t.Errorf("%s was asked for %d times", name, n)
		}
	}
	if c.most != 1000 {
		t.Errorf("a page has %d rows", c.most)
	}
}

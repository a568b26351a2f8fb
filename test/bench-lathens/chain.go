package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// envoyConf is an Envoy that sends everything on.
const envoyConf = `static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: %[1]s}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          route_config:
            virtual_hosts:
            - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: next}}]}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: next
    connect_timeout: 2s
    load_assignment:
      cluster_name: next
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %[2]s}}}}]}]
`

// measureChains asks through a gateway and a sidecar, as in a mesh, and counts the
// CPU of all three programs.
func measureChains(o *options, dir string, caches ...*server) (string, error) {
	program := os.Getenv("ENVOY")
	if _, err := os.Stat(program); program == "" || err != nil {
		fmt.Fprintln(os.Stderr, "skipped: ENVOY does not name an Envoy (make bench-lathens has one)")
		return "", nil
	}
	var chains []*server
	for _, cache := range caches {
		if cache == nil {
			continue
		}
		chain := &server{name: cache.name + " behind two Envoys", address: cache.address}
		defer chain.stop()
		for _, place := range []string{"sidecar", "gateway"} {
			envoy, err := startEnvoy(program, filepath.Join(dir, cache.name+"-"+place+".yaml"), chain.address)
			if err != nil {
				return "", err
			}
			chain.front, chain.address = append(chain.front, envoy), envoy.address
		}
		chain.behind = cache
		chains = append(chains, chain)
	}
	return measureHits(o, chains[0], chains[1:]...)
}

func startEnvoy(program, conf, next string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(address, ":")
	_, nextPort, _ := strings.Cut(next, ":")
	if err := os.WriteFile(conf, fmt.Appendf(nil, envoyConf, port, nextPort), 0o600); err != nil {
		return nil, err
	}
	s := &server{name: "Envoy", address: address, cmd: exec.Command(program, "-c", conf, "--concurrency", "1", "--use-dynamic-base-id", "--log-level", "error")}
	return s, s.start()
}

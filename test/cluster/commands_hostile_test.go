package cluster

import (
	"os"
	"path/filepath"
	"testing"
)

// hostile is a site whose names are as long as they may be, with the characters
// that a shell or a program could take for its own.
const hostile = `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: a-site-with-a-name-as-long-as-it-can-be-now, namespace: 0-namespace-of-19-c}
spec:
  host: a-host-with-a-label-as-long-as-dns-admits-for-one-of-its-labels.goproxy.example.com
  athens:
    replicas: 3
    autoscaling: {maxReplicas: 10}
    upstream: {goproxy: "https://mirror.example.com/~a%20b|direct"}
    singleFlight: {redis: {endpoints: ["redis.example.com:6379"], password: {secretRef: {name: 0.keys.of-redis, key: -_.password}}}}
    storage:
      mongo:
        hosts: ["mongo.example.com:27017"]
        database: _-a-database-
        collection: _-a-collection-
        url: {secretRef: {name: 0.url-of.mongo, key: .url-}}
    env: [{name: _A1, valueFrom: {secretKeyRef: {name: values, key: a.b-c_d}}}, {name: B2, value: "$(id) 'x' \"y\" ` + "`z`" + `"}]
    private: {patterns: ["git.example.com/~x/*", "*.example.com"], netrc: {secretRef: {name: netrc, key: .netrc-}}}
  metrics: {}
`

// hostileState is what a cluster gets of it.
func hostileState(t *testing.T) state {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(file, []byte(hostile), 0o600); err != nil {
		t.Fatal(err)
	}
	s := state{name: "hostile", operand: []string{file}}
	s.manifests = run(t, "", "athens-kfn", s.args("render", "-q")...)
	return s
}

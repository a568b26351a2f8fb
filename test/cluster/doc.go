// Package cluster applies sites to a cluster and removes them, follows their runbooks
// in bash and in zsh, and runs check --cluster on it: the real etcd, API server,
// controllers and scheduler, with kwok as its nodes, and kubectl. Nothing runs in the
// pods, and no mesh is there.
//
// The programs are built from their modules, at the versions of go.mod, by
// make test-cluster. They listen on loopback, on free ports.
package cluster

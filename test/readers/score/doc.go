// Package score holds docs/scanners.md against what kube-score says of the goldens
// of all examples. kube-score needs APIs that newer releases of k8s.io/api no longer
// have, hence a module of its own, which reads only files.
package score

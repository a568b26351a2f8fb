package quote

import "strings"

// Kubernetes writes a text as the value of a container's environment variable,
// or as one of its arguments, where the kubelet replaces $(NAME) and reads $$ as
// $ (k8s.io/kubernetes/third_party/forked/golang/expansion).
func Kubernetes(s string) string { return strings.ReplaceAll(s, "$", "$$") }

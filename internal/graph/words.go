package graph

import (
	"fmt"
	"strings"
)

// words say a box in lines, for formats that have nothing but text.
func (n *Node) words() []string {
	out := []string{string(n.Kind)}
	if n.Pods != nil {
		out = append(out, n.Pods.String())
	}
	out = append(out, n.Lines...)
	if n.Principal != "" {
		out = append(out, n.Principal)
	}
	for _, r := range n.Routes {
		text := r.Name + ": " + r.Match
		if r.Answered() {
			text += ", answered " + r.To
		} else {
			text += ", timeout " + r.Timeout + ", tries " + r.Tries
		}
		out = append(out, text)
	}
	return out
}

// words say an arrow in lines.
func (e *Edge) words() []string {
	out := e.Label[:len(e.Label):len(e.Label)]
	if e.Principal != "" {
		out = append(out, "mTLS as "+name(e.Principal))
	}
	return out
}

// account is the namespace and ServiceAccount of an identity, without the trust
// domain, which is that of the whole mesh.
func account(principal string) string {
	_, account, found := strings.Cut(principal, "/ns/")
	if !found {
		return principal
	}
	return strings.Replace(account, "/sa/", "/", 1)
}

// name is the ServiceAccount of an identity alone.
func name(principal string) string { return principal[strings.LastIndex(principal, "/")+1:] }

// String says how many there are, and where.
func (p *Pods) String() string {
	out := fmt.Sprintf("%d pods", p.Min)
	switch {
	case p.Max > p.Min:
		out = fmt.Sprintf("%d to %d pods", p.Min, p.Max)
	case p.Min == 1:
		return "1 pod"
	}
	if p.Zones {
		out += " over the zones"
	}
	return out
}

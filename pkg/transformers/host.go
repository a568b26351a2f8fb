package transformers

import (
	"slices"
	"strings"
)

// host rewrites the name of a Service, also behind that of one of its pods or
// ports. Short names are names only where nothing else can be meant.
func (f *fixer) host(s string, short bool) string {
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	dot := s[len(strings.TrimSuffix(s, ".")):]
	if len(labels) == 1 {
		if short {
			return f.shortHost(labels[0])
		}
		return s
	}
	if i := slices.Index(labels, "svc"); i > 2 { // POD.SERVICE.NAMESPACE.svc
		before, service := labels[:i-2], strings.Join(labels[i-2:], ".")
		now := f.host(service, false)
		if now != service {
			before[len(before)-1] = f.pod(before[len(before)-1], labels[i-1])
		}
		return strings.Join(before, ".") + "." + now + dot
	}
	rest := labels[2:]
	to, ok := place{labels[1], labels[0]}.address()
	full := len(rest) > 0 && rest[0] == "svc"
	if !ok || len(rest) > 0 && !full {
		return s
	}
	now, found := f.named("", "Service", to)
	switch {
	case found:
	case !full:
		return s
	case strings.Contains(to.name, "*"):
		now.namespace = f.space(to.namespace)
	default:
		f.unknown("", "Service", to)
	}
	return now.host(rest...) + dot
}

// pod is what a pod of a StatefulSet is called now.
func (f *fixer) pod(s, namespace string) string {
	i := strings.LastIndexByte(s, '-')
	if i < 0 || strings.Trim(s[i+1:], "0123456789") != "" {
		return s
	}
	if o := f.one("apps", "StatefulSet", namespace, s[:i]); o != nil {
		return o.name + s[i:]
	}
	return s
}

// shortHost stays short as long as the Service is in the same namespace.
func (f *fixer) shortHost(name string) string {
	now, apart, to := f.short("", "Service", name)
	if apart {
		return to.host("svc", f.domain())
	}
	return now
}

package transformers

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// schemes are those of URLs whose authority is a DNS name. What is behind s3://
// or file:// is a bucket or a path.
var schemes = strings.Fields(`http https h2c ws wss grpc grpcs tcp udp tls ssl ssh sftp ftp ftps git ldap ldaps smtp smtps imap
	redis rediss mongodb postgres postgresql mysql mariadb sqlserver amqp amqps nats kafka mqtt mqtts etcd memcached clickhouse
	dns xds passthrough otlp zipkin syslog`)

// word may be a host in a text; the first group is a scheme with what may be
// between it and the host.
var word = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:([A-Za-z][A-Za-z0-9+.-]*)://(/|[^/@\s]*@)?|([/@]))?([A-Za-z0-9_*.-]+)`)
})

// ports are a text that is nothing but short hosts with their ports: one, or
// some with commas between them, perhaps as the value of a flag or a variable.
var ports = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(-{0,2}[A-Za-z][A-Za-z0-9_.-]*=)?([a-z][a-z0-9.-]*:[0-9]+(?:[,;] ?[a-z][a-z0-9.-]*:[0-9]+)*)$`)
})

// text rewrites the hosts in any text. A short name is one only in a URL, or
// with its port.
func (f *fixer) text(s string) string {
	if strings.Contains(s, spaceAttribute) {
		s = f.attributes(s)
	}
	if m := ports().FindStringSubmatch(s); m != nil {
		return m[1] + regexpHost().ReplaceAllStringFunc(m[2], f.authority)
	}
	var out strings.Builder
	last := 0
	for _, m := range word().FindAllStringSubmatchIndex(s, -1) {
		h := s[m[8]:m[9]]
		short, skip := false, false
		switch {
		case m[2] >= 0: // in a URL
			scheme := strings.ToLower(s[m[2]:m[3]])
			if i := strings.LastIndexByte(scheme, '+'); i >= 0 {
				scheme = scheme[i+1:] // git+ssh
			}
			short = slices.Contains(schemes, scheme)
			skip = !short
		case m[6] >= 0: // a path, or an address of mail
			skip = !strings.Contains(h, ".svc")
		}
		if !skip {
			out.WriteString(s[last:m[8]])
			out.WriteString(f.host(h, short))
			last = m[9]
		}
	}
	return out.String() + s[last:]
}

// spaceAttribute is what OpenTelemetry calls the namespace of a resource, in lists
// as OTEL_RESOURCE_ATTRIBUTES has.
const spaceAttribute = "k8s.namespace.name="

func (f *fixer) attributes(s string) string {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		if ns, ok := strings.CutPrefix(p, spaceAttribute); ok && !strings.ContainsAny(ns, "$%") {
			parts[i] = spaceAttribute + f.space(ns)
		}
	}
	return strings.Join(parts, ",")
}

// regexpHost is a host with its port.
var regexpHost = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-z][a-z0-9.-]*:[0-9]+`) })

// authority rewrites a host, perhaps with a port behind it.
func (f *fixer) authority(s string) string {
	h, port, found := strings.Cut(s, ":")
	if strings.Contains(port, "/") { // a URL
		return f.text(s)
	}
	h = f.host(h, true)
	if found {
		return h + ":" + port
	}
	return h
}

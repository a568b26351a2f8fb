package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestFiles(t *testing.T) {
	const at = "spec.athens.files[0].path: "
	file := func(path string) string {
		return `athens: {files: [{path: "` + path + `", configMapRef: {name: a, key: b}}]}`
	}
	rules := []rule{
		{"a file", file("/etc/docdb/global-bundle.pem"), nil},
		{"beside the site's directories", file("/etc/athens/extra.conf"), nil},
		{"where a program looks", file("/home/athens/.ssh/config"), nil},
		{"no path", `athens: {files: [{configMapRef: {name: a, key: b}}]}`, []string{at + "is required"}},
		{"neither", `athens: {files: [{path: /opt/a/b}]}`, []string{"spec.athens.files[0]: has none of its keys: write secretRef or configMapRef under it"}},
		{"both", `athens: {files: [{path: /opt/a/b, secretRef: {name: a}, configMapRef: {name: a}}]}`, []string{"spec.athens.files[0].configMapRef: is set together with secretRef"}},
		{"the default key is the name of the file", `athens: {files: [{path: "/opt/a/b+c", configMapRef: {name: a}}]}`, []string{"spec.athens.files[0].configMapRef.key: \"b+c\" is not a key of a ConfigMap"}},
		{"no name", `athens: {files: [{path: /opt/a/b, configMapRef: {name: ""}}]}`, []string{"spec.athens.files[0].configMapRef.name: is required; write the name of a ConfigMap"}},
		{"twice", `athens: {files: [{path: /opt/a/b, secretRef: {name: a}}, {path: /opt/a/b, secretRef: {name: b}}]}`, []string{"spec.athens.files[1].path: \"/opt/a/b\" is repeated, first at spec.athens.files[0]"}},
		{"a file and a directory", `athens: {files: [{path: /opt/a/b, secretRef: {name: a}}, {path: /opt/a, secretRef: {name: b}}]}`, []string{"spec.athens.files[1].path: \"/opt/a\" is a directory of spec.athens.files[0]"}},
	}
	for path, want := range map[string]string{
		"etc/a/b":                             "is not the path of a file",
		"/":                                   "is not the path of a file",
		"/opt/../bin/sh":                      "is not the path of a file",
		"/opt//a":                             "is not the path of a file",
		"/opt/..a/b":                          "is not the path of a file",
		"/opt/a/":                             "is not the path of a file",
		"/opt/a:b":                            "holds a character",
		"/opt/a b":                            "holds a character",
		"/opt/$(x)":                           "holds a character",
		"/passwd":                             "could replace what the system reads",
		"/etc/passwd":                         "could replace what the system reads",
		"/etc/ld.so.preload":                  "could replace what the system reads",
		"/usr/local/go/bin/go":                "belongs to the image",
		"/var/run/secrets/x":                  "belongs to the image",
		"/var":                                "is where the modules are",
		"/etc/ssl/certs/ca.pem":               "write trust.caCertificates",
		"/config/config.toml":                 "write the fields of this spec, or athens.env",
		"/home/athens/.netrc":                 "write athens.private.netrc",
		"/home/athens":                        "write athens.private.netrc",
		"/etc/gitconfig":                      "write athens.private.gitConfig",
		"/etc/athens/git/github.com/password": "mounts files of its own",
		"/var/lib/athens/github.com/a/b/x":    "is where the modules are",
	} {
		rules = append(rules, rule{path, file(path), []string{at + want}})
	}
	stricttest.RunAll(t, rules)
}

func TestTrust(t *testing.T) {
	const at = "spec.trust"
	stricttest.RunAll(t, []rule{
		{"a ConfigMap and a Secret", `trust: {caCertificates: [{configMapRef: {name: a}}, {secretRef: {name: a}}], systemRoots: Exclude}`, nil},
		{"nothing", `trust: {}`, []string{at + ".caCertificates: is required"}},
		{"only the roots", `trust: {systemRoots: Exclude}`, []string{at + ".caCertificates: is required"}},
		{"neither", `trust: {caCertificates: [{}]}`, []string{at + ".caCertificates[0]: has none of its keys"}},
		{"both", `trust: {caCertificates: [{configMapRef: {name: a}, secretRef: {name: a}}]}`, []string{at + ".caCertificates[0].configMapRef: is set together with secretRef"}},
		{"twice, with the default key", `trust: {caCertificates: [{configMapRef: {name: a}}, {configMapRef: {name: a, key: ca.crt}}]}`, []string{at + ".caCertificates[1]: is repeated, first at spec.trust.caCertificates[0]"}},
		{"another choice", `trust: {caCertificates: [{configMapRef: {name: a}}], systemRoots: None}`, []string{at + ".systemRoots: \"None\" is not a choice"}},
		{"a path instead", `athens: {env: [{name: SSL_CERT_FILE, value: /etc/ssl/corp/ca.crt}], upstream: {goEnv: {GIT_SSL_CAINFO: /etc/ssl/corp/ca.crt}}}`,
			[]string{"spec.athens.env[0].name: SSL_CERT_FILE is what the field trust.caCertificates sets; write that", "spec.athens.upstream.goEnv.GIT_SSL_CAINFO: is what the field trust.caCertificates sets; write that"}},
	})
}

// What Athens cannot use of a server's TLS is refused with the reason.
func TestTLS_OfAServerWithoutSettings(t *testing.T) {
	const at = "spec.athens.storage.minio.tls"
	minio := func(tls string) string {
		return `athens: {storage: {minio: {endpoint: "minio.store.svc:9000", bucket: acme-gomods, credentials: {secretRef: {name: s}}, tls: ` + tls + `}}}`
	}
	stricttest.RunAll(t, []rule{
		{"TLS", minio(`{}`), nil},
		{"an authority", minio(`{caRef: {configMapRef: {name: a}}}`), []string{at + ".caRef: cannot be for MinIO alone: Athens checks its certificate as every other server's; write it as an entry of trust.caCertificates"}},
		{"a client certificate", minio(`{clientCertificate: {secretRef: {name: a}}}`), []string{at + ".clientCertificate: is not shown: Athens has no setting"}},
		{"a name", minio(`{serverName: minio.example.com}`), []string{at + ".serverName: is not read: Athens has no setting"}},
	})
}

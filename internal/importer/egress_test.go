package importer_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/importer"
)

// A site has one proxy, and what its list cannot say is in the report.
func TestFromObjects_ProxiesAndDirectories(t *testing.T) {
	variable := func(name, value string) string { return ", {name: " + name + ", value: \"" + value + "\"}" }
	proxy := variable("HTTPS_PROXY", "proxy.example.com:3128")
	for name, tc := range map[string]struct{ env, site, report string }{
		"without a scheme":       {proxy, "url: http://proxy.example.com:3128", "nothing left out"},
		"another for HTTP":       {proxy + variable("HTTP_PROXY", "http://other.example.com:3128"), "url: http://proxy.example.com:3128", "left out: HTTP_PROXY: names another proxy than "},
		"a login":                {variable("HTTP_PROXY", "http://a:hunter2@proxy.example.com:3128"), "name: athens-proxy", "yours to do: Secret athens-proxy: needs the keys username, password"},
		"hosts without a proxy":  {variable("NO_PROXY", "a.example.com"), "", "left out: NO_PROXY: "},
		"hosts of every site":    {proxy + variable("NO_PROXY", "localhost,.svc,.cluster.local,127.0.0.1"), "proxy:", "nothing left out"},
		"a port":                 {proxy + variable("NO_PROXY", "a.example.com:8443"), "- a.example.com\n", "yours to do: NO_PROXY a.example.com:8443: is a.example.com in the site, on every port"},
		"a directory of nothing": {variable("SSL_CERT_DIR", "/etc/ssl/certs"), "", "left out: SSL_CERT_DIR: "},
	} {
		result, report, err := imported(athens("athens", "        env: [{name: ATHENS_STORAGE_TYPE, value: memory}"+tc.env+"]", ""), importer.Options{Host: "goproxy.example.com"})
		if err != nil || !strings.Contains(string(result.Site), tc.site) || !strings.Contains(report, tc.report) || strings.Contains(string(result.Site)+report, "hunter2") {
			t.Errorf("%s: %v\n%s\n%s", name, err, result.Site, report)
		}
	}
}

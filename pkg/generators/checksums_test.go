package generators

import (
	"strings"
	"testing"
)

func TestChecksums(t *testing.T) {
	const site = "https://goproxy.example.com"
	for _, c := range []struct {
		name, athens string
		// env is GOSUMDB in Athens' variables, asked the hosts that egress opens for
		// checksums, client GOSUMDB of a client ("?" is not known), toolchain why
		// there is none.
		env, asked, client, toolchain string
	}{
		{"the default", ``, "", PublicSumDB, "", ""},
		{"no database", `upstream: {sumDBs: []}`, "off", "", "off", ToolchainUnverified},
		{"GOSUMDB off", `upstream: {goEnv: {GOSUMDB: "off"}}`, "off", "", "off", ToolchainUnverified},
		{"no database for clients only", `upstream: {sumDBs: [], goEnv: {GOSUMDB: sum.golang.org}}`, "sum.golang.org", PublicSumDB, "off", ToolchainUnverified},
		{"off for Athens only", `upstream: {sumDBs: [https://sum.golang.org], goEnv: {GOSUMDB: "off"}}`, "off", PublicSumDB, "", ToolchainUnverified},
		{"a database that no go command asks", `upstream: {sumDBs: [https://sum.example.com]}`, "", "sum.example.com " + PublicSumDB, "?", ""},
		{"a mirror", `upstream: {sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: "sum.golang.org https://sum.example.com"}}`,
			"sum.golang.org https://sum.example.com", "sum.example.com", "sum.golang.org " + site + "/sumdb/sum.example.com", ""},
		{"a mirror below a path", `upstream: {sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: "sum.golang.org https://sum.example.com/db/"}}`,
			"sum.golang.org https://sum.example.com/db/", "sum.example.com", "sum.golang.org " + site + "/sumdb/sum.example.com/db", ""},
		{"a mirror that is not passed on", `upstream: {sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: "sum.golang.org https://other.example.com"}}`,
			"sum.golang.org https://other.example.com", "sum.example.com other.example.com", "?", ""},
		{"a database of one's own", `upstream: {sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: sum.example.com+abc+def}}`,
			"sum.example.com+abc+def", "sum.example.com", "sum.example.com+abc+def", ""},
		{"nothing is fetched", `networkMode: Offline, download: {mode: None}, upstream: {goEnv: {GOSUMDB: "sum.golang.org https://other.example.com"}}`,
			"sum.golang.org https://other.example.com", PublicSumDB, "", ""},
		{"a filter without toolchains", `filter: "-\n+ golang.org/x\n"`, "", PublicSumDB, "", ToolchainFiltered},
		{"a filter with toolchains", `filter: "-\n+ golang.org\n- golang.org/x\n"`, "", PublicSumDB, "", ""},
		{"a filter for some toolchains", `filter: "-\n+ golang.org/toolchain\n- golang.org/toolchain v0.0.1-go1.20\n"`, "", PublicSumDB, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, "{athens: {"+c.athens+"}}")
			sums := ChecksumsOf(&s.Spec.Athens)
			var hosts []string
			for _, e := range unique(sums.asked) {
				hosts = append(hosts, e.Host)
			}
			client, known := sums.Client(site)
			if !known {
				client = "?"
			}
			_, env, _ := strings.Cut(goEnv(s), "GOSUMDB=")
			same(t, "GOSUMDB of Athens", env, c.env)
			same(t, "hosts", strings.Join(hosts, " "), c.asked)
			same(t, "GOSUMDB of a client", client, c.client)
			same(t, "toolchain", sums.Toolchain, c.toolchain)
		})
	}
}

package check

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/releases"
)

const privateExample = `
athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}
egress: {mode: Listed}
gateway: {internal: true}`

func privateRules() []Rule {
	patterns := func(w *World) bool { return len(w.Athens.Private.Patterns) > 0 }
	return []Rule{
		{
			Code: "AK521", Severity: Warning,
			Fault: "Athens has no credentials for private modules",
			Title: "Athens has credentials for private modules",
			Why:   "Without credentials, a Git server answers as if a private repository did not exist. Athens then answers 404 for every private module.",
			Cure:  "Set private.credentials or private.netrc. Accept this finding if the repositories need no credentials, as in some company networks.",
			Example: `
athens: {private: {patterns: [github.com/acme/*]}}
egress: {mode: Listed}
gateway: {internal: true}`,
			Cured: privateExample,
			when:  patterns,
			find: says("spec.athens.private.patterns", "names private modules, but Athens has no credentials for their repositories",
				func(w *World) bool { return !hasCredentials(w) }),
		},
		{
			Code: "AK522", Severity: Warning,
			Fault:   "names of private modules leave the site",
			Title:   "names of private modules stay in the site",
			Why:     "Without a pattern, the go command of Athens asks the proxies and sum.golang.org for every module, and so sends them the names of private modules. The checksum database does not know these, so private modules fail too. If there are patterns, this rule takes sample modules that they cover, also with capitals, and evaluates the rendered variables of Athens for them.",
			Cure:    "Set private.patterns, as in github.com/acme/* or github.com/Acme/*. Write capitals unchanged, without the ! of the protocol.",
			Example: `athens: {private: {netrc: {secretRef: {name: athens-netrc}}}}`,
			Cured:   privateExample,
			when:    func(w *World) bool { return patterns(w) || hasCredentials(w) },
			find: func(w *World, add add) {
				if !patterns(w) {
					add("spec.athens.private.patterns", "is not set although there are credentials for private modules: their names are sent to the proxies and to sum.golang.org")
				}
				for i, p := range w.Athens.Private.Patterns {
					at, names := item("spec.athens.private.patterns", i), w.asks(p)
					if n := slices.IndexFunc(names, func(a asked) bool { return a.database }); n >= 0 {
						add(at, "%q does not prevent Athens' go command from asking a checksum database for %s", p, names[n].module)
					}
					if n := slices.IndexFunc(names, func(a asked) bool { return a.passed }); n >= 0 {
						add(at, "%q does not prevent Athens from passing a client's request for %s to a checksum database", p, names[n].module)
					}
				}
			},
		},
		{
			Code: "AK523", Severity: Warning,
			Fault: "private patterns cover public modules, which are then not verified",
			Title: "private patterns cover private modules only",
			Why:   "Athens fetches the modules of a pattern from their repositories, not from a proxy, and does not verify them with a checksum database. A pattern for a public host turns off that protection for all modules on it.",
			Cure:  "Include your organisation, as in github.com/acme/*.",
			Example: `
athens: {private: {patterns: [github.com/*], netrc: {secretRef: {name: athens-netrc}}}}
egress: {mode: Listed}
gateway: {internal: true}`,
			Cured: privateExample,
			when:  patterns,
			find: func(w *World, add add) {
				for i, p := range w.Athens.Private.Patterns {
					host, rest, _ := strings.Cut(p, "/")
					public := slices.Contains([]string{"*", "*.*", "github.com", "gitlab.com", "bitbucket.org", "golang.org", "gopkg.in", "google.golang.org", "k8s.io", "codeberg.org"}, host)
					if public && strings.Trim(rest, "*/") == "" {
						add(item("spec.athens.private.patterns", i), "%q covers public modules: no checksum database verifies them", p)
					}
				}
			},
		},
		{
			Code: "AK525", Severity: Warning,
			Fault: "a variable overrides the private patterns",
			Title: "no variable overrides the private patterns",
			Why:   "private.patterns sets GOPRIVATE, which is only the default of GONOPROXY. If GONOPROXY is set, Athens requests private modules that it does not cover from the proxies.",
			Cure:  "Remove GONOPROXY from upstream.goEnv, or add the private patterns to it.",
			Example: `
athens:
  private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}
  upstream: {goEnv: {GONOPROXY: none}}
egress: {mode: Listed}
gateway: {internal: true}`,
			Cured: privateExample,
			when:  patterns,
			find: func(w *World, add add) {
				for _, p := range w.Athens.Private.Patterns {
					if slices.ContainsFunc(w.asks(p), func(a asked) bool { return a.proxies }) {
						add("spec.athens.upstream.goEnv.GONOPROXY", "%q overrides private.patterns and does not cover %s: Athens requests its modules from the proxies", w.Athens.Upstream.GoEnv["GONOPROXY"], p)
					}
				}
			},
		},
		{
			Code: "AK526", Severity: Warning,
			Fault:   "downloads are not verified by a checksum database",
			Title:   "downloads are verified by a checksum database",
			Why:     "Athens downloads a version once and serves it forever. With GOSUMDB off, or with sumDBs: [], nothing detects a manipulated download, and every client that trusts this site gets it.",
			Cure:    `Leave out GOSUMDB and an empty sumDBs, or name a mirror of the database, as in "sum.golang.org https://sum.example.com". For private modules, set private.patterns.`,
			Example: `athens: {upstream: {goEnv: {GOSUMDB: "off"}}}`,
			when:    func(w *World) bool { return w.Athens.Fetches() },
			find: func(w *World, add add) {
				switch off := generators.ChecksumsOf(&w.Athens).Athens == generators.SumDBOff; {
				case off && w.Athens.Upstream.GoEnv["GOSUMDB"] != "":
					add("spec.athens.upstream.goEnv.GOSUMDB", "is off: nothing verifies the modules that Athens downloads and then serves forever")
				case off:
					add("spec.athens.upstream.sumDBs", "is empty, which sets GOSUMDB to off: nothing verifies the modules that Athens downloads and then serves forever")
				}
			},
		},
		{
			Code: "AK529", Severity: Warning,
			Fault:   "the site proxies a checksum database that no go command asks",
			Title:   "Athens and its clients ask the checksum database that the site proxies",
			Why:     "athens.upstream.sumDBs makes Athens proxy a database. A go command asks the one of GOSUMDB, whose default is sum.golang.org: Athens' own go command and the clients ask that one, and the clients bypass the site. In a closed network both fail.",
			Cure:    `Write athens.upstream.goEnv.GOSUMDB: "sum.golang.org https://sum.example.com" for a mirror, or the name and the key of a database of your own. Developers then get the line from ` + "`athens-kfn client FILE`" + `.`,
			Example: `athens: {upstream: {sumDBs: [https://sum.example.com]}}`,
			Cured:   `athens: {upstream: {sumDBs: [https://sum.example.com], goEnv: {GOSUMDB: "sum.golang.org https://sum.example.com"}}}`,
			when:    func(w *World) bool { return len(w.Athens.Upstream.SumDBs) > 0 },
			find: func(w *World, add add) {
				c := generators.ChecksumsOf(&w.Athens)
				if _, known := c.Client(""); !known {
					add("spec.athens.upstream.sumDBs", "names %s, but Athens' go command asks %s, and clients do until they set GOSUMDB", strings.Join(c.Passed, " and "), c.Athens)
				}
			},
		},
		{
			Code: "AK530", Severity: Error,
			Fault:   "Athens cannot reach a checksum database behind a path",
			Title:   "checksum databases are at the root of their hosts",
			Why:     "Athens passes requests on to the root of the database's host, and ignores a path (sumdbProxy in cmd/proxy/actions of " + releases.AthensNewest + "). Clients get a 404 for every module, and their builds stop.",
			Cure:    "Serve the database at the root of a host of its own, such as a name of your reverse proxy that adds the path, and write that host. Athens' own go command takes a path in athens.upstream.goEnv.GOSUMDB.",
			Example: `athens: {upstream: {sumDBs: [https://sum.golang.org, https://artifacts.example.com/sumdb], goEnv: {GOSUMDB: "sum.golang.org https://artifacts.example.com/sumdb"}}}`,
			Cured:   `athens: {upstream: {sumDBs: [https://sum.golang.org], goEnv: {GOSUMDB: "sum.golang.org https://artifacts.example.com/sumdb"}}}`,
			when:    func(w *World) bool { return len(w.Athens.Upstream.SumDBs) > 0 },
			find: func(w *World, add add) {
				for i, s := range w.Athens.Upstream.SumDBs {
					if u, err := url.Parse(s); err == nil && strings.Trim(u.Path, "/") != "" {
						add(item("spec.athens.upstream.sumDBs", i), "%q has a path, which Athens ignores: it asks https://%s/lookup/… instead", s, u.Host)
					}
				}
			},
		},
	}
}

// hasCredentials says whether Athens has something to show to a server. The text
// of a gitConfig holds no credentials.
func hasCredentials(w *World) bool {
	p := &w.Athens.Private
	return p.Netrc != nil || len(p.Credentials) > 0 || p.GitConfig != nil && p.GitConfig.SecretRef != nil || p.HgRC != nil
}

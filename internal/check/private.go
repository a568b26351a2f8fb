package check

import (
	"slices"
	"strings"
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
			Why:   "Private repositories answer a stranger as if they did not exist. Athens then says 404 for every private module, as for a typing error.",
			Cure:  "Write private.credentials or netrc; ignore this where the repositories ask nobody, as inside a company.",
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
			Fault:   "names of private modules are sent to others",
			Title:   "names of private modules stay inside",
			Why:     "Without a pattern the go command of Athens asks the proxies and sum.golang.org for every module, private ones by name. The names are then known outside, and the checksum database refuses them, so that private modules cannot be had either. Where there are patterns, this rule holds modules that they cover, capitals among them, against the variables of the Athens that is rendered.",
			Cure:    "Write private.patterns, as in github.com/acme/* or github.com/Acme/*: capitals as they are, without the ! of the protocol.",
			Example: `athens: {private: {netrc: {secretRef: {name: athens-netrc}}}}`,
			Cured:   privateExample,
			when:    func(w *World) bool { return patterns(w) || hasCredentials(w) },
			find: func(w *World, add add) {
				if !patterns(w) {
					add("spec.athens.private.patterns", "is left out beside credentials for private modules: their names are sent to the proxies and to sum.golang.org")
				}
				for i, p := range w.Athens.Private.Patterns {
					at, names := item("spec.athens.private.patterns", i), w.asks(p)
					if n := slices.IndexFunc(names, func(a asked) bool { return a.database }); n >= 0 {
						add(at, "%q does not keep Athens' go command from asking a checksum database for %s", p, names[n].module)
					}
					if n := slices.IndexFunc(names, func(a asked) bool { return a.passed }); n >= 0 {
						add(at, "%q does not keep Athens from passing a client's question for %s on to a checksum database", p, names[n].module)
					}
				}
			},
		},
		{
			Code: "AK523", Severity: Warning,
			Fault: "private patterns cover public modules, which are then not verified",
			Title: "private patterns cover private modules only",
			Why:   "What a pattern covers is fetched past every proxy and checked against no checksum database. A pattern that covers a public host switches that protection off for everybody's modules.",
			Cure:  "Name your organisation, as in github.com/acme/*.",
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
						add(item("spec.athens.private.patterns", i), "%q covers public modules: they are checked against no checksum database", p)
					}
				}
			},
		},
		{
			Code: "AK524", Severity: Warning,
			Fault: "the SSH key is never used",
			Title: "the SSH key is used",
			Why:   "The go command reaches github.com and the like by HTTPS. git uses an SSH key only where its configuration sends an address to SSH, so a key alone changes nothing, and private modules are not found.",
			Cure:  `Write private.gitConfig with a .gitconfig that holds [url "ssh://git@github.com/"] insteadOf = https://github.com/.`,
			Example: `
athens: {private: {patterns: [github.com/acme/*], credentials: [{host: github.com, ssh: {secretRef: {name: athens-ssh}}}]}}
egress: {mode: Listed}
gateway: {internal: true}`,
			Cured: `
athens: {private: {patterns: [github.com/acme/*], credentials: [{host: github.com, ssh: {secretRef: {name: athens-ssh}}}], gitConfig: {secretRef: {name: athens-gitconfig}}}}
egress: {mode: Listed}
gateway: {internal: true}`,
			when: func(w *World) bool { return w.Athens.Private.SSH() != nil },
			find: says("spec.athens.private.gitConfig", "is left out, but private.credentials has an SSH key: nothing sends git from HTTPS to SSH",
				func(w *World) bool { return w.Athens.Private.GitConfig == nil }),
		},
		{
			Code: "AK525", Severity: Warning,
			Fault: "a variable overrides the private patterns",
			Title: "no variable overrides the private patterns",
			Why:   "GOPRIVATE, which private.patterns sets, is only the default of GONOPROXY. Where GONOPROXY is set, private modules that it does not cover are asked of the proxies.",
			Cure:  "Take GONOPROXY out of upstream.goEnv, or add the private patterns to it.",
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
						add("spec.athens.upstream.goEnv.GONOPROXY", "%q decides in place of private.patterns which modules are asked of the proxies, and does not cover %s", w.Athens.Upstream.GoEnv["GONOPROXY"], p)
					}
				}
			},
		},
		{
			Code: "AK526", Severity: Warning,
			Fault:   "downloads are not verified by a checksum database",
			Title:   "downloads are verified by a checksum database",
			Why:     "Athens downloads a version once and serves it forever. With GOSUMDB off nothing notices when that download was tampered with, and every client that trusts this site gets it.",
			Cure:    `Leave GOSUMDB out, or name a mirror of the database, as in "sum.golang.org https://sum.example.com". Private modules are left alone by private.patterns.`,
			Example: `athens: {upstream: {goEnv: {GOSUMDB: "off"}}}`,
			find: func(w *World, add add) {
				if w.Athens.Upstream.GoEnv["GOSUMDB"] == "off" {
					add("spec.athens.upstream.goEnv.GOSUMDB", "is off: nothing checks what Athens downloads and then serves forever")
				}
			},
		},
	}
}

func hasCredentials(w *World) bool {
	p := &w.Athens.Private
	return p.Netrc != nil || len(p.Credentials) > 0 || p.GitConfig != nil || p.HgRC != nil
}

package v1alpha1_test

import (
	"fmt"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

const mirror = "athens: {upstream: {goproxy: \"https://mirror.example.com\"}}\n"

func TestUpstream(t *testing.T) {
	for _, c := range []struct{ proxy, want string }{
		{"https://mirror.example.com/go", ""},
		{"http://mirror.build.svc.cluster.local:8080", ""},
		{"https://10.0.0.1", ""},
		{"https://a.example.com|https://b.example.com,direct", ""},
		{" https://a.example.com , ,https://b.example.com| off,", ""},
		{",| ", "holds no entry"},
		{"https://a.example.com\u00a0,direct", "cannot be seen"},
		{"https://a.example.com,http://athens:3000", "write it in full, as in athens.<namespace>.svc:3000"},
		{"https://a.example.com;GOFLAGS=x", "holds a semicolon"},
		{"dirct", "did you mean direct?"},
		{"nonsense", "or direct or off"},
		{"mirror.example.com", ""}, // the go command asks it by https,
		{"file:///mods", "is not the URL of a server"},
		{"https://me:secret@mirror.example.com", "must not be in a spec"},
		{"https://mirror.example.com?a=b", "holds a query"},
		{"http://athens:3000", "write it in full, as in athens.<namespace>.svc:3000"},
		{"https://*.example.com", "holds a wildcard"},
		{"https://[::1]", "has an IPv6 address"},
		{"https://mirror.example.com:0", "is not a port"},
		{"https://Mirror.example.com", "in lower case"},
		{"https://goproxy.example.com", "is the site itself"},
		{"https://a b", "is not a URL"},
	} {
		r := rule{Name: c.proxy, Spec: fmt.Sprintf("athens: {upstream: {goproxy: %q}}", c.proxy)}
		if c.want != "" {
			r.Want = []string{"spec.athens.upstream.goproxy: " + c.want}
		}
		stricttest.Run(t, r)
	}
	stricttest.RunAll(t, []rule{
		{"in order", "athens: {upstream: {goproxy: 'https://a.example.com,direct'}}", nil},
		{"closed", "athens: {upstream: {goproxy: 'off'}}", nil},
		{"behind direct", "athens: {upstream: {goproxy: 'direct, https://a.example.com'}}", []string{"spec.athens.upstream.goproxy: \"https://a.example.com\" is never asked"}},
		{"twice", "athens: {upstream: {goproxy: 'https://a.example.com,https://a.example.com'}}", []string{"spec.athens.upstream.goproxy: \"https://a.example.com\" is repeated"}},
		{"databases", "athens: {upstream: {sumDBs: [\"https://sum.example.com\", sum.golang.org]}}", []string{"spec.athens.upstream.sumDBs[1]: is not the URL of a server"}},
		{"environment", "athens: {upstream: {goEnv: {GOSUMDB: \"off\", GOFLAGS: -mod=mod}}}", nil},
		{"past the proxies", "athens: {upstream: {goEnv: {GONOPROXY: \"github.com/Acme/*,x.org\", GOINSECURE: none}}}", nil},
		{"patterns of no host", "athens: {private: {patterns: [com, localhost/x, corp/*, git_hub.com/x, .example.com, corp*/x]}}\negress: {mode: Open}", []string{
			"spec.athens.private.patterns[0]: \"com\" matches no module, because a module path begins with a host that has a dot",
			"spec.athens.private.patterns[1]: matches no module", "spec.athens.private.patterns[2]: matches no module",
			"spec.athens.private.patterns[3]: matches no module", "spec.athens.private.patterns[4]: matches no module"}},
		{"past every proxy", "athens: {upstream: {goproxy: https://mirror.example.com, goEnv: {GONOPROXY: \"*.*/x\", GOINSECURE: \"*\"}}}", []string{
			"spec.athens.upstream.goEnv.GONOPROXY: \"*.*/x\" covers every module: athens.upstream.goproxy would never be asked",
			"spec.athens.upstream.goEnv.GOINSECURE: \"*\" covers every host"}},
		{"past the proxies to a closed host", "athens: {upstream: {goproxy: https://mirror.example.com, goEnv: {GONOPROXY: \"git.example.com/*,github.com/acme,*.example.org\"}}, private: {patterns: [github.com/acme/*]}}\negress: {allow: [{host: git.example.org}]}", []string{
			"spec.athens.upstream.goEnv.GONOPROXY: \"git.example.com/*\" sends Athens' go command past the proxies to hosts that it may not reach with egress.mode Listed; add them to egress.allow, as in [{host: git.example.com}]"}},
		{"flags", "athens: {upstream: {goEnv: {GOFLAGS: modcacherw}}}", []string{"spec.athens.upstream.goEnv.GOFLAGS: \"modcacherw\" does not begin with a flag"}},
		{"a flag that the go command no longer obeys", "athens: {upstream: {goEnv: {GOFLAGS: -insecure}}}", []string{"spec.athens.upstream.goEnv.GOFLAGS: holds -insecure, which the go command no longer obeys"}},
		{"what Athens sets for its go command", "athens: {upstream: {goEnv: {GOPATH: /x, GOCACHE: /x, HOME: /x}}}", []string{
			"spec.athens.upstream.goEnv.GOPATH: cannot be set",
			"spec.athens.upstream.goEnv.GOCACHE: cannot be set: the root file system is read-only", "spec.athens.upstream.goEnv.HOME: cannot be set"}},
		{"past the proxies in another spelling", "athens: {upstream: {goEnv: {GONOPROXY: \"x.org,github.com/!acme/*\"}}}", []string{"spec.athens.upstream.goEnv.GONOPROXY: write github.com/Acme/*"}},
		{"environment of other fields", "athens: {upstream: {goEnv: {GOPROXY: x, GOPRIVATE: x, GONOSUMDB: x, \"a b\": x, GOFLAGS: \"a;b\"}}}", []string{
			"spec.athens.upstream.goEnv.GOPROXY: athens.upstream.goproxy",
			"spec.athens.upstream.goEnv.GOPRIVATE: athens.private.patterns",
			"spec.athens.upstream.goEnv.GONOSUMDB: athens.private.patterns",
			"spec.athens.upstream.goEnv[\"a b\"]: is not a variable's name",
			"spec.athens.upstream.goEnv.GOFLAGS: holds a semicolon",
		}},
	})
}

func TestPrivate(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{"github.com/acme/*", ""}, {"*.acme.example.com", ""}, {"git.acme.example.com", ""},
		{"", "is empty"},
		{"https://github.com/acme", "write github.com/acme"},
		{"a.com,b.com", "write each pattern as an entry of its own"},
		{"a.com b.com", "holds a character that no module path has"},
		{"a.com;GOFLAGS=x", "holds a character that no module path has"},
		{"github.com/acme/", "begins or ends with a slash; write github.com/acme"},
		{"github.com/[a", "without its other half"},
		{"github.com/Acme/*", ""}, {"github.com/[A-C]?/??", ""},
		{"github.com/!acme/*", "is case-encoded, as in requests, and matches no module: write github.com/Acme/*"},
		{"github.com/%21ac!me", "is case-encoded, as in requests, and matches no module: write github.com/AcMe"},
		{"github.com/acme!", "holds a character that no module path has"},
		{"github.com/acme@v1.0.0", "holds a character that no module path has"},
		{"GitHub.com/Acme", "begins with a host in capitals, which no module path does: write github.com/Acme"},
		{"github.com/?????", "holds 5 of ? and [...], at most 4 are possible: write * for the others"},
	} {
		r := rule{Name: c.pattern, Spec: fmt.Sprintf("athens: {private: {patterns: [%q]}}", c.pattern)}
		if c.want != "" {
			r.Want = []string{"spec.athens.private.patterns[0]: " + c.want}
		}
		stricttest.Run(t, r)
	}
	stricttest.RunAll(t, []rule{
		{"all of it", "athens: {private: {netrc: {secretRef: {name: net}}, credentials: [{host: github.com, ssh: {secretRef: {name: s}}}], gitConfig: {secretRef: {name: g}}, hgrc: {secretRef: {name: h}}}}", nil},
		{"each kind of credentials", "athens: {private: {netrc: {secretRef: {name: net}}, gitConfig: {text: \"[http]\\nversion = HTTP/1.1\\n\"}, credentials: [{host: github.com, token: {secretRef: {name: s}}}, {host: git.example.com, ssh: {port: 7999, user: scm, secretRef: {name: s}}}, {host: a.example.com, basicAuth: {secretRef: {name: s}}}, {host: b.example.com, gitHubApp: {appID: \"12\", secretRef: {name: s}}}]}}", nil},
		{"what ssh does not take", "athens: {private: {credentials: [{host: github.com, ssh: {port: 70000, user: \"-oProxyCommand=x\", secretRef: {name: s}}}]}}", []string{
			"spec.athens.private.credentials[0].ssh.port: must be a port", "spec.athens.private.credentials[0].ssh.user: is not a user of an SSH server"}},
		{"apps", "athens: {private: {credentials: [{host: github.com, gitHubApp: {secretRef: {name: s}}}, {host: x.ghe.com, gitHubApp: {appID: Iv1.ab, secretRef: {name: s}}}]}}", []string{
			"spec.athens.private.credentials[0].gitHubApp.appID: is required", "spec.athens.private.credentials[1].gitHubApp: ghe.com has its API at api.x.ghe.com", "spec.athens.private.credentials[1].gitHubApp.appID: is not the ID of a GitHub App"}},
		{"a proxy by plain HTTP", "athens: {upstream: {goproxy: \"http://p.example.com\"}, private: {credentials: [{host: p.example.com, token: {secretRef: {name: s}}}]}}", []string{"spec.athens.private.credentials[0].host: is asked by plain HTTP"}},
		{"a proxy and an old go command", "athens: {version: v0.16.0, upstream: {goproxy: \"https://p.example.com\"}, private: {credentials: [{host: p.example.com, token: {secretRef: {name: s}}}, {host: g.example.com, token: {secretRef: {name: s}}}]}}", []string{"spec.athens.private.credentials[0].host: reads a netrc only; write private.netrc, or athens.version: v0.17.0"}},
		{"git's settings", "athens: {private: {gitConfig: {text: \"a = b\\n\"}}}", []string{"spec.athens.private.gitConfig.text: stands before any section"}},
		{"servers of git's settings", "athens: {private: {gitConfig: {text: \"[url \\\"ssh://git@git.example.com:7999/\\\"]\\n insteadOf = https://git.example.com/\\n[url \\\"git@github.com:\\\"]\\n insteadOf = https://github.com/\\n\"}}}", nil},
		{"a closed server of git's settings", "athens: {private: {gitConfig: {text: \"[url \\\"ssh://bitbucket:7999/\\\"]\\n insteadOf = https://bitbucket.example.com/\\n\"}}}", []string{"spec.athens.private.gitConfig.text: leads git to a server that no policy can open"}},
		{"no settings", "athens: {private: {gitConfig: {text: \"# a\\n\"}}}", []string{"spec.athens.private.gitConfig.text: sets nothing"}},
		{"hostile settings", "athens: {private: {gitConfig: {text: \"[a]\\u0000\"}}}", []string{"spec.athens.private.gitConfig.text: holds the character U+0000"}},
		{"credentials", "athens: {private: {credentials: [{host: github.com}, {host: github.com, token: {secretRef: {name: t}}, ssh: {secretRef: {name: s}}}, {host: \"https://a.b\", ssh: {secretRef: {name: s}}}]}}", []string{
			"spec.athens.private.credentials[0]: has none of its keys: write token, basicAuth, ssh or gitHubApp under it", "spec.athens.private.credentials[1].host: is repeated", "spec.athens.private.credentials[1].ssh: is set together with token", "spec.athens.private.credentials[2].host: is not a host",
		}},
		{"no names", "athens: {private: {netrc: {}, credentials: [{host: a.io, ssh: {}}], gitConfig: {secretRef: {name: G}}, hgrc: {secretRef: {name: h, key: a/b}}}}", []string{
			"spec.athens.private.netrc.secretRef.name: is required",
			"spec.athens.private.credentials[0].ssh.secretRef.name: is required",
			"spec.athens.private.gitConfig.secretRef.name: is not an object's name",
			"spec.athens.private.hgrc.secretRef.key: is not a key of a Secret",
		}},
	})
}

func TestMesh(t *testing.T) {
	for _, c := range []struct{ revision, want string }{
		{"asm-1-30", ""}, {"1-31-1", ""}, {"canary", ""},
		{"asm-1.30", "write asm-1-30"}, {"asm130", "write asm-1-30"}, {"asm-130", "write asm-1-30"}, {"ASM-1-30", "write asm-1-30"},
		{"1.31", "is not a DNS label"},
	} {
		r := rule{Name: c.revision, Spec: fmt.Sprintf("mesh: {revision: %q}", c.revision)}
		if c.want != "" {
			r.Want = []string{"spec.mesh.revision: " + c.want}
		}
		stricttest.Run(t, r)
	}
	stricttest.RunAll(t, []rule{
		{"ambient", "mesh: {mode: Ambient}", []string{"spec.mesh.mode: is not supported yet; write Sidecar or None"}},
		{"mode", "mesh: {mode: sidecar}", []string{"spec.mesh.mode: did you mean Sidecar?"}},
		{"none", "mesh: {mode: None}", nil},
		{"none with a mesh's names", "mesh: {mode: None, rootNamespace: istio-system, trustDomain: cluster.local}", []string{"spec.mesh.rootNamespace: has no meaning", "spec.mesh.trustDomain: has no meaning"}},
		{"none with a mesh's settings", "mesh: {mode: None, revision: asm-1-30}\nedge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}",
			[]string{"spec.mesh.revision: has no meaning with mesh.mode None", "spec.edge.frontDoor: mesh.mode is None"}},
		{"names", "mesh: {rootNamespace: A, trustDomain: \"spiffe://x\"}", []string{"spec.mesh.rootNamespace: is not a DNS label", "spec.mesh.trustDomain: is not a trust domain"}},
	})
}

func TestDeadlines(t *testing.T) {
	const door = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555"
	stricttest.RunAll(t, []rule{
		{"right", "athens: {timeouts: {request: 100s, stash: 20m, shutdown: 30s}}\ngateway: {timeouts: {list: 9s, module: 120s, sumDB: 5s}}\n" + door + ", originTimeout: 120s}}", nil},
		{"fractions", "athens: {timeouts: {request: 1500ms, stash: 1.5s, shutdown: 500ms}}", []string{
			"spec.athens.timeouts.request: must be whole seconds, as in 2s; found 1.5s", "spec.athens.timeouts.stash: must be whole seconds", "spec.athens.timeouts.shutdown: must be whole seconds, as in 1s"}},
		{"nothing", "athens: {timeouts: {request: 0s}}\ngateway: {timeouts: {sumDB: -1s}}\nlathens: {ttl: 0s}\ncrathens: {deadline: 0s}", []string{
			"spec.athens.timeouts.request: must be longer than nothing", "spec.gateway.timeouts.sumDB: must be longer than nothing", "spec.lathens.ttl: must be longer than nothing", "spec.crathens.deadline: must be longer than nothing"}},
		{"below nothing", "lathens: {staleIfError: -1s, staleWhileRevalidate: 0s, negativeTTL: 0s}", []string{"spec.lathens.staleIfError: must not be negative"}},
		{"request longer than its route", "athens: {timeouts: {request: 200s}}\ngateway: {timeouts: {module: 120s}}", []string{"spec.athens.timeouts.request: 200s is longer than the deadline around it, gateway.timeouts.module, which is 2m"}},
		{"request that follows its route", "gateway: {timeouts: {module: 120s}}", nil},
		{"request without a route", "athens: {timeouts: {request: 20m}}\nmesh: {mode: None}", nil},
		{"module longer than the edge", "gateway: {timeouts: {module: 300s}}\n" + door + "}}", []string{"spec.gateway.timeouts.module: 5m is longer than the deadline around it, edge.frontDoor.originTimeout, which is 4m"}},
		{"list and sumDB longer than the edge", "gateway: {timeouts: {list: 60s, sumDB: 60s}}\n" + door + ", originTimeout: 40s}}", []string{"spec.gateway.timeouts.list: is longer than", "spec.gateway.timeouts.sumDB: is longer than"}},
		{"list too short", "gateway: {timeouts: {list: 8s}}", []string{"spec.gateway.timeouts.list: write at least 9s"}},
		{"finer than Istio takes", "gateway: {timeouts: {list: 10.0005s, sumDB: 1us}}", []string{"spec.gateway.timeouts.list: as in 10.001s", "spec.gateway.timeouts.sumDB: as in 1ms"}},
		{"edge too long", door + ", originTimeout: 241s}}", []string{"spec.edge.frontDoor.originTimeout: write 16s to 240s"}},
		{"edge too short", door + ", originTimeout: 15s}}\ngateway: {timeouts: {list: 10s, sumDB: 10s}}", []string{"spec.edge.frontDoor.originTimeout: write 16s to 240s"}},
		{"edge shorter than the routes' defaults", door + ", originTimeout: 20s}}", nil},
		{"edge in fractions", door + ", originTimeout: 100500ms}}", []string{"spec.edge.frontDoor.originTimeout: must be whole seconds"}},
		{"edge's ID", "edge: {frontDoor: {id: my-door}}", []string{"spec.edge.frontDoor.id: is not a UUID"}},
		{"edge's ID in upper case", "edge: {frontDoor: {id: AAAAAAAA-2222-3333-4444-555555555555}}", []string{"spec.edge.frontDoor.id: write aaaaaaaa-2222-3333-4444-555555555555"}},
		{"edge without an ID", "edge: {frontDoor: {}}", []string{"spec.edge.frontDoor.id: is required"}},
		{"stash that Athens does not know", "athens: {version: v0.16.1, timeouts: {stash: 700s}}", []string{"spec.athens.timeouts.stash: has no meaning for Athens v0.16.1"}},
		{"stash left out", "athens: {version: v0.16.1}", nil},
		{"stash that Athens knows", "athens: {version: v0.17.0, timeouts: {stash: 700s}}", nil},
	})
}

func TestCompanions(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"schedule", "crathens: {schedule: \"0 3 * * 1-5\"}", nil},
		{"schedule by name", "crathens: {schedule: \"@hourly\"}", nil},
		{"schedule of six", "crathens: {schedule: \"0 0 3 * * 1\"}", []string{"spec.crathens.schedule: is not a schedule"}},
		{"schedule of nothing known", "crathens: {schedule: nightly}", []string{"spec.crathens.schedule: is not a schedule"}},
		{"schedule with a zone", "crathens: {schedule: \"TZ=UTC\"}", []string{"spec.crathens.schedule: names a time zone"}},
		{"schedule with a zone, long", "crathens: {schedule: \"CRON_TZ=UTC 0 3 * * *\"}", []string{"spec.crathens.schedule: names a time zone"}},
		{"interval", "crathens: {schedule: \"@every 6h\"}", []string{"spec.crathens.schedule: counts from when"}},
		{"numbers", "crathens: {maxVersionsPerModule: -1, concurrency: -1, ratePerSecond: -1, catalogPageSize: -1}\nlathens: {maxUpstream: -1}", []string{
			"spec.crathens.maxVersionsPerModule: must be at least 1", "spec.crathens.concurrency: must be at least 1", "spec.crathens.ratePerSecond: must be at least 1",
			"spec.crathens.catalogPageSize: must be at least 1", "spec.lathens.maxUpstream: must be at least 1"}},
		{"more than the workers", "crathens: {concurrency: 6}", []string{"spec.crathens.concurrency: 6 is more than athens.goGetWorkers, 5"}},
		{"one worker", "athens: {goGetWorkers: 1}", nil},
		{"modules", "crathens: {modules: [golang.org/x/tools, k8s.io/api]}", nil},
		{"modules that are none", "crathens: {modules: [\"https://k8s.io/api\", k8s.io/api@v1.2.3, Foo, k8s.io/api, k8s.io/api]}", []string{
			"spec.crathens.modules[0]: begins with a scheme", "spec.crathens.modules[1]: write k8s.io/api", "spec.crathens.modules[2]: is not a module path", "spec.crathens.modules[4]: is repeated, first at spec.crathens.modules[3]"}},
		{"external storage", "athens: {storage: {external: {url: \"https://a.example.com\"}}}\ncrathens: {enabled: true}", []string{"spec.crathens.modules: Athens has no catalog with external storage"}},
		{"warming what is not stored", "athens: {download: {mode: Async}}\ncrathens: {enabled: true}", []string{"spec.crathens.enabled: does not store a version while it is asked for"}},
		{"warming what a rule stores", "athens: {download: {mode: None, rules: [{pattern: a.io/*, mode: Sync}]}}\ncrathens: {enabled: true}", nil},
		{"go.sum files", "crathens: {goSums: [{configMapRef: {name: app}}, {configMapRef: {name: app, key: tools.sum}}]}", nil},
		{"go.sum files that are none", "crathens: {goSums: [{configMapRef: {name: app}}, {configMapRef: {name: app, key: go.sum}}, {configMapRef: {key: a/b}}, {configMapRef: {name: \"a\\n--x\"}}]}", []string{
			"spec.crathens.goSums[1]: is repeated, first at spec.crathens.goSums[0]",
			"spec.crathens.goSums[2].configMapRef.name: is required", "spec.crathens.goSums[2].configMapRef.key: \"a/b\" is not a key of a ConfigMap",
			"spec.crathens.goSums[3].configMapRef.name: ",
		}},
		{"external storage with go.sum files", "athens: {storage: {external: {url: \"https://a.example.com\"}}}\ncrathens: {goSums: [{configMapRef: {name: app}}]}", nil},
		{"external storage with modules", "athens: {storage: {external: {url: \"https://a.example.com\"}}}\ncrathens: {modules: [k8s.io/api]}", nil},
	})
}

func TestCatalogOfOtherRegions(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"read and be read", "crathens: {sources: [{url: \"https://east.example.com/go\"}]}\ngateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7/32, \"2001:db8::/48\"]}]}", nil},
		{"itself", "crathens: {sources: [{url: \"https://goproxy.example.com\"}]}", []string{"spec.crathens.sources[0].url: is the site itself"}},
		{"inside the cluster", "crathens: {sources: [{url: \"http://east-athens.east.svc.cluster.local\"}]}", []string{"spec.crathens.sources[0].url: is a Service of this cluster"}},
		{"no URL", "crathens: {sources: [{url: east.example.com}]}", []string{"spec.crathens.sources[0].url: is not the URL of a server"}},
		{"all addresses", "gateway: {catalogClients: [{name: other-regions, cidrs: [0.0.0.0/0, \"::/0\"]}]}", []string{
			"spec.gateway.catalogClients[0].cidrs[0]: is every address", "spec.gateway.catalogClients[0].cidrs[1]: is every address",
		}},
		{"no ranges", "gateway: {catalogClients: [{name: other-regions, cidrs: [203.0.113.7, 203.0.113.7/24, 10.0.0.0/8, 10.0.0.0/8]}]}", []string{
			"spec.gateway.catalogClients[0].cidrs[0]: is not a range of addresses",
			"spec.gateway.catalogClients[0].cidrs[1]: write 203.0.113.0/24",
			"spec.gateway.catalogClients[0].cidrs[3]: is repeated, first at spec.gateway.catalogClients[0].cidrs[2]",
		}},
		{"without a name and ranges", "gateway: {catalogClients: [{}, {name: A, cidrs: [203.0.113.7/32]}, {name: b, cidrs: [203.0.113.7/32]}, {name: b, cidrs: []}]}", []string{
			"spec.gateway.catalogClients[0].name: is required", "spec.gateway.catalogClients[0].cidrs: is required",
			"spec.gateway.catalogClients[1].name: is not a DNS label",
			"spec.gateway.catalogClients[2].cidrs[0]: is repeated, first at spec.gateway.catalogClients[1].cidrs[0]", "spec.gateway.catalogClients[3]: \"b\" is repeated, first at spec.gateway.catalogClients[2]", "spec.gateway.catalogClients[3].cidrs: is required",
		}},
	})
}

package strict_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

// Invisible characters are refused in every field but annotations.
func TestUnseenCharacters(t *testing.T) {
	for _, c := range []struct{ spec, want string }{
		{`athens: {storage: {s3: {region: eu-central-1, bucket: "a\u202Eb"}}}`, `spec.athens.storage.s3.bucket: U+202E`},
		{`metrics: {dashboard: {folder: "a\u2066b"}}`, "spec.metrics.dashboard.folder: U+2066"},
		{`athens: {upstream: {goEnv: {GOFLAGS: "-x\u200b"}}}`, "spec.athens.upstream.goEnv.GOFLAGS: U+200B"},
		{`athens: {upstream: {goEnv: {"A\u200b": x}}}`, `spec.athens.upstream.goEnv["A\u200b"]: U+200B`},
		{`athens: {env: [{name: A, value: "a\x1b[2J"}]}`, "spec.athens.env[0].value: U+001B"},
		{`regions: [{name: "west\u202e"}]`, "spec.regions[0].name: U+202E"},
		{`tracing: {provider: "o\ntel", collector: {serviceRef: {namespace: observability, name: otel-collector}}}`, "spec.tracing.provider: a line break"},
		{`athens: {env: [{name: A, value: "a\nb\tc"}]}`, ""},
		{`athens: {serviceAccount: {annotations: {a/b: "c\nd"}}}`, ""},
	} {
		r := rule{Name: c.spec, Spec: c.spec}
		if c.want != "" {
			r.Want = []string{c.want}
		}
		stricttest.Run(t, r)
	}
}

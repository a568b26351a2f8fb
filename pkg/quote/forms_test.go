package quote_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

func TestSecretKind(t *testing.T) {
	for _, s := range quotetest.Secrets() {
		for _, text := range []string{s.Text, "a " + s.Text, "x=" + s.Text, `{"a":"` + s.Text + `"}`, s.Text + "\nb", "?x=" + s.Text} {
			if got := quote.SecretKind(text); string(got) != s.Kind {
				t.Errorf("%q holds %q, want %q", text, got, s.Kind)
			}
		}
		if short := s.Text[:len(s.Text)/2]; s.Kind != "a private key" && quote.SecretKind(short) != "" {
			t.Errorf("half of one, %q, holds %q", short, quote.SecretKind(short))
		}
	}
}

func TestSecretKind_NothingElse(t *testing.T) {
	for _, s := range []string{
		"", "ghp_", "ghp_token", "glpat-", "glpat-name", "xoxb-", "AKIA", "npm_config_cache", "sk_live_", "eyJ", "AIza",
		"southeastASIA2345ABCDEFGHIJKLMNOP", "xghp_" + strings.Repeat("a", 36), // in a word
		"AKIAIOSFODNN7", "akiaiosfodnn7example", // too short, and in lower case
		"registry.example.com/athens:v0.18.0@sha256:" + strings.Repeat("0123456789abcdef", 4),
		"h1:" + strings.Repeat("Ab3", 14) + "=", "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
		"-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----",
		"AccountKey=", "see AccountKey= in the portal", "?sig=", "design=" + strings.Repeat("a", 50),
		"git@github.com:acme/x", "ssh://git@github.com/acme", "golang.org/x/tools@v0.1.0", "eyJhbGciOi.eyJzdWIiOi", "github.com/eyJ/eyJ",
		"password: hunter2", "token=hunter2", // by name, which others look at
	} {
		if got := quote.SecretKind(s); got != "" {
			t.Errorf("%q holds %q", s, got)
		}
	}
}

// What is refused as a secret is hidden too.
func TestSecretKind_IsHidden(t *testing.T) {
	for _, s := range quotetest.Secrets() {
		if got := quote.Redact(s.Text); strings.Contains(got, s.Text[len(s.Text)-8:]) && s.Kind != "a user or a password" {
			t.Errorf("%q is shown as %q", s.Text, got)
		}
	}
}

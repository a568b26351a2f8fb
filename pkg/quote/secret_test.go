package quote

import (
	"strings"
	"testing"
)

func TestNamesSecret(t *testing.T) {
	for _, name := range []string{"API_TOKEN", "--db-password", "password", "DB_PASS", "DB_PW", "accountKey", "secretKey", "SIGNING_KEY", "client.secret", "GITHUB_TOKEN_2", "x-api-key", "aws_secret_access_key", "Authorization", "mongoDSN", "tls.key", "credentials", "KEY"} {
		if !NamesSecret(name) {
			t.Errorf("%s names no secret", name)
		}
	}
	for _, name := range []string{"", "key", "topologyKey", "TOKEN_FILE", "secretName", "secretRef", "secretKeyRef", "ATHENS_NETRC_PATH", "AWS_ACCESS_KEY_ID", "tokenExpirationSeconds", "bypass", "compass", "replicas", "host", "args", "value", "publicKey"} {
		if NamesSecret(name) {
			t.Errorf("%s names a secret", name)
		}
	}
}

func TestShown(t *testing.T) {
	for _, s := range []string{"postgres://u:hunter2@x", "-db=postgres://u:hunter2@x", "https://hunter2@x/y", "https://u:a/hunter2@x", "u:hunter2@x:27017", "password=hunter2", "a\n  token: hunter2\nb", "ghp_hunter2", "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----"} {
		if got := Shown(s); strings.Contains(got, "hunter2") || !strings.Contains(got, Hidden) {
			t.Errorf("%q is shown as %q", s, got)
		}
	}
	for _, s := range []string{"", "v0.16.1", `^/.*/@(v/list|latest)$`, "ghcr.io/x/y@sha256:0123", "https://proxy.golang.org/x/@v/list", "a\nb", "operator@example.com", "spiffe://cluster.local/ns/a/sa/b", "github_token_file"} {
		if got := Shown(s); got != s {
			t.Errorf("%q is shown as %q", s, got)
		}
	}
	for value, want := range map[string]string{"hunter2": Hidden, "true": "true", "": ""} {
		if got := Of("API_TOKEN", value); got != want {
			t.Errorf("API_TOKEN %q is shown as %q", value, got)
		}
	}
}

// git's numbered settings name a setting, not a key that opens something.
func TestShown_KeepsNamesOfSettings(t *testing.T) {
	for text, want := range map[string]string{
		"A=1;GIT_CONFIG_KEY_0=protocol.http.allow": "A=1;GIT_CONFIG_KEY_0=protocol.http.allow",
		"accountKey=hunter2":                       "accountKey=" + Hidden,
		"key1=hunter2":                             "key1=" + Hidden,
	} {
		if got := Shown(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

package quote_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// What looks like a login and is none stays.
func TestNoLogin(t *testing.T) {
	for _, s := range []string{
		"registry.example.com/athens:v0.18.0@sha256:0123", "git@github.com:acme/x", "ssh://git@github.com/acme", "golang.org/x/tools@v0.1.0",
		"http://mirror.example.com/x/@v/list", "mail to a@b.example", "https://proxy.example.com:443/a@b",
	} {
		if quote.HoldsLogin(s) {
			t.Errorf("%q is taken for a login", s)
		}
	}
}

func TestValue(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", `""`},
		{"goproxy", `"goproxy"`},
		{"a\"b", `"a\"b"`},
		{strings.Repeat("ü", 61), `"` + strings.Repeat("ü", 60) + `…"`},
		{"a\u202eb\u2028\u200b\n\x1b[2J\xff", `"a\u202eb\u2028\u200b\n\x1b[2J\xff"`},
		{"redis://:hunter2@db.example.com", `"redis://…@db.example.com"`},
		{"https://u:p@a.example.com,https://v:q@b.example.com", `"https://…@b.example.com"`},
		{"https://" + strings.Repeat("u", 100) + ":p@a.example.com", `"https://…@a.example.com"`},
		{"user:p@ss/w?rd@tcp(db:3306)/x", `"…@tcp(db:3306)/x"`},
		{"https://user:hunter2%40db.example.com", `"https://…%40db.example.com"`},
		{"https://a.example.com/x?sig=hunter2&y=z", `"https://a.example.com/x?sig=…"`},
		{"https://a.example.com/x?X-Amz-Signature=hunter2", `"https://a.example.com/x?X-Amz-Signature=…"`},
		{"host=db password='hun ter2' user=x", `"host=db password=…"`},
		{"AccountName=a;AccountKey=hunter2==", `"AccountName=a;AccountKey=…"`},
		{"curl -u x --token hunter2", `"curl -u x --token …"`},
		{"curl -u admin:hunter2 http://x", `"curl -u admin:…"`},
		{`["curl","--user","admin:hunter2"]`, `"[\"curl\",\"--user\",\"admin:…"`},
		{"run -u 65532:65532", `"run -u 65532:65532"`},
		{"machine github.com login x password hunter2", `"machine github.com login x password …"`},
		{"Authorization: Bearer hunter2", `"Authorization: …"`},
		{"x ghp_hunter2", `"x …"`},
		{"AKIAIOSFODNN7EXAMPLE", `"…"`},
		{strings.Repeat("a", 300<<10), `"…"`}, // not searched
		{"-----BEGIN RSA PRIVATE KEY-----\nhunter2", `"…"`},
		// What holds no secret stays.
		{"registry.example.com/athens:v0.18.0@sha256:0123", `"registry.example.com/athens:v0.18.0@sha256:0123"`},
		{"golang.org/x/tools@v0.1.0", `"golang.org/x/tools@v0.1.0"`},
		{"https://a.example.com/golang.org/x/mod/@v/list", `"https://a.example.com/golang.org/x/mod/@v/list"`},
		{"write secretRef: {name: a, key: b}", `"write secretRef: {name: a, key: b}"`},
		{"monkeys and tokens", `"monkeys and tokens"`},
		{"southeastASIA", `"southeastASIA"`},
	} {
		if got := quote.Value(c.in); got != c.want {
			t.Errorf("Value(%q) is %s, want %s", c.in, got, c.want)
		}
		if got := quote.Redact(quote.Redact(c.in)); got != quote.Redact(c.in) {
			t.Errorf("a second Redact of %q changes it: %q", c.in, got)
		}
	}
}

func TestPath(t *testing.T) {
	for in, want := range map[string]string{
		"spec.host": "spec.host",
		`metadata.labels["app.kubernetes.io/name"]`:   `metadata.labels["app.kubernetes.io/name"]`,
		`metadata.labels["https://u:hunter2@x"].y[0]`: `metadata.labels["https://…@x"].y[0]`,
		`metadata.labels.ghp_hunter2`:                 `metadata.labels.…`,
		`spec["a\u202eb"]`:                            `spec["a\u202eb"]`,
	} {
		if got := quote.Path(in); got != want {
			t.Errorf("Path(%s) is %s, want %s", in, got, want)
		}
	}
}

func TestSprintf(t *testing.T) {
	type name string
	got := quote.Sprintf("%q %s %d %v %s", name("ghp_x"), "a\nb u:p@h", 3, "https://u:p@h/x", quote.Said("as it is: u:p@h"))
	if want := `"…" …@h 3 https://…@h/x as it is: u:p@h`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                        "plain",
		"√ größe \"x\" \\":             "√ größe \"x\" \\",
		"a\n√ all fine":                `a\n√ all fine`,
		"a\u202eb\u2067c\ufeff":        `a\u202eb\u2067c\ufeff`,
		"\x1b[31m\r\x00\x7f\u0085\xff": `\x1b[31m\r\x00\x7f\u0085\xff`,
	} {
		if got := quote.Text(in); got != want {
			t.Errorf("Text(%q) is %s, want %s", in, got, want)
		}
	}
}

// A text that is taken for a plain name holds nothing that the expression finds.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"athens-blob", "ghp_hunter2", "github_pat_hunter2", "AKIAIOSFODNN7EXAMPLE", "a/sk-hunter2", "x_live_y", "eyJhbGciOi", "glpat-hunter2", "dop_v1_hunter2", "GOCSPX-hunter2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if quote.Plain(s) && quote.SecretIn().MatchString(s) {
			t.Errorf("%q is taken for a plain name, and holds a secret", s)
		}
	})
}

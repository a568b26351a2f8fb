package quote

import (
	"regexp"
	"strings"
	"sync"
)

// form is how the tokens of one maker look: a beginning, and at least so many
// characters of a set behind it.
type form struct {
	kind   Said
	begins []string
	least  int
	set    string
}

const (
	alphanumeric = letters + digits
	urlSafe      = alphanumeric + "_-"
)

// forms are those that their makers write down so that scanners find them. The
// lengths are the least ones: makers say that tokens grow.
//
//   - GitHub: "Authentication token format updates", github.blog, 31 March 2021;
//     github_pat_ with 22 characters, _ and 59 more: gitleaks, github-fine-grained-pat.
//   - GitLab: gitlab.com/gitlab-org/gitlab/-/issues/342327, and GitLab's own rules
//     of gitleaks (glpat- and 20 characters).
//   - AWS: AKIA and ASIA, "GetAccessKeyInfo" of the API reference of STS; 16
//     characters of base32 follow.
//   - Slack, npm, DigitalOcean, Google, Stripe: gitleaks' rules (slack-bot-token
//     and others, npm-access-token, digitalocean-pat, gcp-api-key, stripe-access-token).
var forms = []form{
	{"a token of GitHub", []string{"ghp_", "gho_", "ghs_", "ghu_", "ghr_"}, 36, alphanumeric + "_"},
	{"a token of GitHub", []string{"github_pat_"}, 40, alphanumeric + "_"},
	{"a token of GitLab", []string{"glpat-"}, 20, urlSafe + "."},
	{"a token of Slack", []string{"xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"}, 10, alphanumeric + "-"},
	{"an access key of AWS", []string{"AKIA", "ASIA"}, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
	{"an API key of Google", []string{"AIza"}, 35, urlSafe},
	{"a token of npm", []string{"npm_"}, 36, alphanumeric},
	{"a token of DigitalOcean", []string{"dop_v1_", "doo_v1_", "dor_v1_"}, 64, "0123456789abcdef"},
	{"a key of Stripe", []string{"sk_live_", "rk_live_"}, 16, alphanumeric},
}

// shortest of all forms.
const shortest = len("xoxb-") + 10

// otherForms are a JSON Web Token (RFC 7519, section 3: three parts, of which the
// first two are JSON objects in base64url), a private key (RFC 7468), and what
// opens an account of Azure: a key in a connection string, or a signature of SAS,
// both in base64 (learn.microsoft.com, "Configure Azure Storage connection
// strings").
var otherForms = []struct {
	kind Said
	has  string
	form func() *regexp.Regexp
}{
	{"a JSON Web Token", "eyJ", once(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`)},
	{"a private key", "PRIVATE KEY-----", once(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----`)},
	{"a key of Azure", "Key=", once(`\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40}`)},
	{"a signature of Azure", "sig=", once(`(?:^|[?&;"'\s=])sig=[A-Za-z0-9%+/]{40}`)},
}

func once(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// SecretKind says what kind of secret a text holds by its form, whatever it is the
// value of; empty for none. Unlike Redact it takes nothing for a secret that may
// be something else.
func SecretKind(s string) Said {
	if HoldsLogin(s) {
		return "a user or a password"
	}
	if len(s) < shortest {
		return ""
	}
	for _, f := range forms {
		for _, begin := range f.begins {
			if f.after(s, begin) {
				return f.kind
			}
		}
	}
	for _, f := range otherForms {
		if strings.Contains(s, f.has) && f.form().MatchString(s) {
			return f.kind
		}
	}
	return ""
}

// after says whether enough characters follow a beginning, at the start of a word.
func (f *form) after(s, begin string) bool {
	word := false // whether the character before is part of one
	for {
		i := strings.Index(s, begin)
		if i < 0 {
			return false
		}
		if i > 0 {
			word = strings.Contains(alphanumeric, s[i-1:i])
		}
		if s = s[i+len(begin):]; !word && len(s)-len(strings.TrimLeft(s, f.set)) >= f.least {
			return true
		}
		word = true
	}
}

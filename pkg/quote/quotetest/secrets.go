package quotetest

import "strings"

// Secret is a text that is one by its form, and what kind.
type Secret struct{ Kind, Text string }

// Secrets are of each form that pkg/quote knows; none opens anything. They are
// put together here, so that scanners find none in this file.
func Secrets() []Secret {
	of := func(kind, begin string, n int, set string) Secret {
		return Secret{kind, begin + strings.Repeat(set, n)[:n]}
	}
	const mixed, hex = "Ab3dE5gH", "0a1b2c3d"
	out := []Secret{
		{"a user or a password", "https://bot:hunter2@a.example.com"},
		of("a token of GitHub", "github"+"_pat_", 82, mixed),
		of("a token of GitLab", "glpat"+"-", 20, mixed),
		of("an API key of Google", "AI"+"za", 35, mixed),
		of("a token of npm", "npm"+"_", 36, mixed),
		of("a token of DigitalOcean", "dop"+"_v1_", 64, hex),
		of("a key of Stripe", "sk"+"_live_", 24, mixed),
		{"a JSON Web Token", "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiJhdGhlbnMifQ." + strings.Repeat(mixed, 5)},
		{"a private key", "-----BEGIN" + " OPENSSH PRIVATE KEY-----\n" + strings.Repeat(mixed, 9) + "\n-----END OPENSSH PRIVATE KEY-----"},
		of("a key of Azure", "DefaultEndpointsProtocol=https;AccountName=acme;Account"+"Key=", 88, mixed),
		of("a signature of Azure", "https://acme.blob.core.windows.net/a?sv=2024&sig=", 46, mixed),
	}
	for _, begin := range []string{"ghp", "gho", "ghs", "ghu", "ghr"} {
		out = append(out, of("a token of GitHub", begin+"_", 36, mixed))
	}
	for _, begin := range []string{"xoxa", "xoxb", "xoxp", "xoxr", "xoxs"} {
		out = append(out, of("a token of Slack", begin+"-", 24, "0123456789"))
	}
	for _, begin := range []string{"AK", "AS"} {
		out = append(out, of("an access key of AWS", begin+"IA", 16, "ABCD2345"))
	}
	return out
}

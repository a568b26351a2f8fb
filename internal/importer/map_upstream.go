package importer

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// goBinary takes the environment of the go command apart. What is left of it is
// goEnv.
func (m *mapping) goBinary(s setting) {
	u := &m.spec().Athens.Upstream
	for _, pair := range goVariables(s.Value) {
		name, value := pair[0], pair[1]
		switch {
		case value == "":
		case name == "GOPROXY":
			if plain, login := withoutLogin(value); login {
				u.GoProxy = plain
				m.todo("GOPROXY of the go command", "has a login in its URL, which a site file must not: write it to a .netrc in a Secret, as spec.athens.private.netrc")
			} else if value != v1alpha1.ProxyDirect {
				u.GoProxy = value
			}
		case name == "GOPRIVATE" || name == "GONOSUMDB":
			m.private(value)
			if part := assignment(value); part != "" {
				m.lines = append(m.lines, Line{Verdict: LeftOut, Key: "a comma in ATHENS_GO_BINARY_ENV_VARS", Text: quote.Sprintf("%s has %s as a pattern, which no module has: Athens separates variables with a semicolon: write what was meant to spec.athens.private.patterns", name, part)})
			}
		case refusedVariable(name):
			m.why[goKey(name)] = "the site configures git itself: write the settings as spec.athens.private.gitConfig, as text or in a Secret"
		case name == "SSL_CERT_FILE" || name == "GIT_SSL_CAINFO":
			m.trust(goKey(name), value)
		case isSecret(name, value):
			m.leave(goKey(name), "holds a secret, which a site file must not: write it to a file in a Secret")
		default:
			if u.GoEnv == nil {
				u.GoEnv = map[string]string{}
			}
			u.GoEnv[name] = value
		}
	}
	if u.GoEnv["GOSUMDB"] == "off" { // which is [] by default
		u.SumDBs = commaSplit(m.setting("ATHENS_SUM_DBS").Value)
	}
}

// goVariables are those of the go command, the last of each name.
func goVariables(s string) (out [][2]string) {
	for pair := range strings.SplitSeq(s, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		out = slices.DeleteFunc(out, func(p [2]string) bool { return p[0] == name })
		if name != "" {
			out = append(out, [2]string{name, value})
		}
	}
	return out
}

func goKey(name string) string { return name + " of the go command" }

// withoutLogin are URLs without the logins in them.
func withoutLogin(list string) (out string, had bool) {
	var b strings.Builder
	for list != "" {
		end := strings.IndexAny(list, ",|")
		if end < 0 {
			end = len(list)
		}
		part := list[:end]
		if u, err := url.Parse(part); err == nil && u.User != nil {
			u.User, had = nil, true
			part = u.String()
		}
		b.WriteString(part)
		if list = list[end:]; list != "" {
			b.WriteByte(list[0])
			list = list[1:]
		}
	}
	return b.String(), had
}

// private are patterns of modules, as the programs compare them: with capitals
// encoded, and with versions.
func (m *mapping) private(list string) {
	p := &m.spec().Athens.Private
	for _, pattern := range plainPatterns(list) {
		if !slices.Contains(p.Patterns, pattern) {
			p.Patterns = append(p.Patterns, pattern)
		}
	}
}

// assignment is a part of a list of patterns that is one of a variable; empty for
// none. No path of a module has =.
func assignment(list string) string {
	for _, pattern := range commaSplit(list) {
		if strings.Contains(pattern, "=") {
			return pattern
		}
	}
	return ""
}

// plainPatterns are the patterns of a list as the spec writes them: !acme is Acme.
func plainPatterns(list string) (out []string) {
	for _, pattern := range commaSplit(list) {
		if assignment(pattern) != "" {
			continue
		}
		if pattern = strings.TrimSuffix(plainCase(pattern), "@*"); !slices.Contains(out, pattern) {
			out = append(out, pattern)
		}
	}
	return out
}

// plainCase writes the capitals of a path that are encoded: !a is A.
func plainCase(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '!' && i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z' {
			i++
			b.WriteByte(s[i] - 'a' + 'A')
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func (m *mapping) sumDBs(s setting) { m.spec().Athens.Upstream.SumDBs = commaSplit(s.Value) }

// logLevel is one of slog's.
func (m *mapping) logLevel(s setting) {
	m.spec().Athens.LogLevel = levelOf(s.Value)
}

func levelOf(s string) string {
	switch s = strings.ToLower(s); s {
	case "trace":
		return "debug"
	case "warning":
		return "warn"
	case "fatal", "panic":
		return "error"
	}
	return s
}

// filter is the text of the file that the setting names.
func (m *mapping) filter(s setting) {
	at := m.at(s.Value)
	text, known := m.text(at)
	if !known || quote.HoldsLogin(text) {
		m.leave(s.name(), "names %s, whose text is not known: write it to spec.athens.filter", at)
		return
	}
	m.spec().Athens.Filter = text
}

// downloadMode is a word, or rules in Athens' own language.
func (m *mapping) downloadMode(s setting) {
	d := &m.spec().Athens.Download
	text, rules, err := m.downloadText(s.Value)
	switch {
	case err != "":
		m.leave(s.name(), "%s: write spec.athens.download", err)
	case !rules:
		if d.Mode = camel(s.Value); d.Mode == v1alpha1.DownloadSync {
			d.Mode = ""
		}
	default:
		file, err := readDownload(text)
		if err != nil {
			m.leave(s.name(), "its rules cannot be read: %s: write spec.athens.download", err)
			return
		}
		d.Mode, d.URL, d.Rules = unless(file.Mode, v1alpha1.DownloadSync), file.URL, file.Rules
	}
}

// downloadText is the text of the rules that a download mode means.
func (r *running) downloadText(mode string) (text string, rules bool, problem string) {
	if file, is := strings.CutPrefix(mode, "file:"); is {
		at := r.at(file)
		text, known := r.text(at)
		if !known {
			return "", true, "names " + at.String() + ", whose text is not known"
		}
		return text, true, ""
	}
	if encoded, is := strings.CutPrefix(mode, "custom:"); is {
		text, err := base64.StdEncoding.DecodeString(encoded) // error dropped: the message says as much
		if err != nil {
			return "", true, "is not base64"
		}
		return string(text), true, ""
	}
	return "", false, ""
}

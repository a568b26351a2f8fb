package v1alpha1

import (
	"regexp"
	"strings"

	"github.com/gomods/athens-kfn/pkg/gitconfig"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// maxGitConfig is the longest text of a git configuration, in bytes: a ConfigMap
// holds 1 MiB, and the site's other files are in it too.
const maxGitConfig = 64 << 10

// gitConfig checks a file of git's settings. One that git cannot read would stop
// every download. No message repeats a value, which may be a secret.
func (r *rules) gitConfig(at, s string) {
	const example = `, as in "[http]\n\tversion = HTTP/1.1\n"`
	if len(s) > maxGitConfig {
		r.add(at, "is %d bytes long, at most %d are possible; write less, or a Secret as secretRef", len(s), maxGitConfig)
		return
	}
	settings, refused := gitconfig.Parse(s)
	switch {
	case refused > 0:
		r.add(at, "has a line %d that git cannot read, so that every download would fail; correct the section, the key or the quotes of that line, and test the file with git config -f FILE --list", refused)
	case len(settings) == 0:
		r.add(at, "sets nothing; write settings of git%s, or remove it", quote.Said(example))
	}
	for _, setting := range settings {
		if problem := r.gitLine(setting); problem != "" {
			r.add(at, "line %d: %s %s", setting.Line, setting.Name(), quote.Said(problem))
		}
	}
	for _, u := range GitServers(s) {
		if problem := hostPerhapsPort(u.Host); problem != "" {
			r.add(at, "leads git to a server that no policy can open: %s", quote.Said(problem))
		}
		if u.Scheme == "file" {
			r.add(at, "leads git to files; write the URL of a server")
		}
	}
}

// gitLine refuses a setting that holds a credential, which a ConfigMap shows, or
// sends git where no policy lets it (git-config(1)).
func (r *rules) gitLine(s gitconfig.Setting) string {
	const secretFile = "the whole file to a Secret, as secretRef"
	p := &r.spec.Athens.Private
	switch name := s.Name(); {
	case s.Section == "":
		return "stands before any section, where git ignores it; begin with one, as in [http]"
	case s.Unread() != "":
		return "has a value at which git stops; it takes " + s.Unread() + ", or remove it"
	case s.Value == "" && (name == "http.extraheader" || name == "http.proxy" || name == "remote.proxy" || name == "core.gitproxy"):
		return "" // takes back one of another file
	case name == "http.extraheader":
		return "sends a header, such as a login, to servers, and the ConfigMap shows it; write private.credentials for the host, or " + secretFile
	case name == "http.proxy" || name == "remote.proxy" || name == "core.gitproxy":
		return "sends git through a proxy that the site does not know and its policies do not open; write egress.proxy"
	case name == "credential.helper" && holdsPassword(s.Value):
		return "prints a password, and the ConfigMap shows it; write private.credentials for the host, or " + secretFile
	case (name == "include.path" || name == "includeif.path") && !strings.HasPrefix(s.Value, "/"):
		return "names a file beside the ConfigMap or in the home directory, where the site mounts none; write the file to athens.files, and its whole path here"
	case name == "core.sshcommand" && p.SSH():
		return "does not count beside private.credentials with ssh, which sets GIT_SSH_COMMAND; remove one of the two"
	}
	return ""
}

// holdsPassword says whether a helper of credentials prints a password that is in its own
// text, rather than one of a variable or a command.
func holdsPassword(helper string) bool {
	rest := regexp.MustCompile(`(?i)password=["']*\$[a-z_({]`).ReplaceAllString(helper, "")
	return strings.Contains(strings.ToLower(rest), "password=") || quote.Redact(rest) != rest
}

package importer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// soft are settings whose difference the site wants, whatever is written.
var soft = []string{"AWS_USE_DEFAULT_CONFIGURATION", "ATHENS_LOG_FORMAT", "ATHENS_PORT", "GO_ENV", "HOME", "PORT"}

// settings are what Athens reads: what is written, and defaults where a site writes
// something else.
func (p *parts) settings() {
	for s := range releases.All() {
		if p.has[s.Name] {
			continue
		}
		is := p.running.setting(s.Name)
		written := is.written != ""
		switch {
		case !written && (is.Default == "" || is.Key == "" || !is.In(p.release())):
		case !p.active(is):
			if written {
				p.note(s.Name, ignored)
			}
		case s.Name == "ATHENS_GO_BINARY_ENV_VARS" && is.Clear():
			for _, v := range goVariables(is.Value) {
				p.add(goKey(v[0]), p.normal(setting{releases.Setting{Name: v[0]}, Variable{Name: v[0], Value: v[1]}, is.written}), written, v[0] == "GOPROXY")
			}
		case s.Name == "ATHENS_DISK_STORAGE_ROOT":
			p.modules(p.at(is.Value))
		case s.Name == "ATHENS_SINGLE_FLIGHT_TYPE" && is.Value == "memory":
			p.add(s.Name, is.Value, false, false)
		default:
			p.add(s.Name, p.normal(is), written, written && matters(is))
		}
	}
	p.add(goKey("GOPRIVATE"), "none", false, false)
	for _, v := range p.env.Variables {
		if len(releases.Lookup(v.Name)) == 0 {
			p.add(v.Name, p.normal(setting{releases.Setting{Name: v.Name}, v, "env"}), true, false)
		}
	}
}

// modules is the volume of disk storage. What a claim is like counts only where the
// site makes another one.
func (p *parts) modules(at place) {
	p.add(volumeKey, at.String(), true, at.kind != "" && at.kind != "emptyDir") // else nothing is kept today either
	claim := p.claim(at.name)
	if claim == nil && at.kind == "PersistentVolumeClaim" {
		return
	}
	p.add("volume size", cmp.Or(tree.Text(claim, "resources", "requests", "storage"), "none"), false, false)
	p.add("volume class", cmp.Or(tree.Text(claim, "storageClassName"), "the cluster's default"), false, false)
	var modes []string
	for _, mode := range tree.Items(claim, "accessModes") {
		modes = append(modes, mode.Value)
	}
	p.add("volume access mode", cmp.Or(strings.Join(modes, ","), "none"), false, false)
}

// ignored is the value of a setting that Athens does not read.
const ignored = "Athens does not read it with its kind of storage, lock and index"

// matters reports whether a setting says where modules are, what protects them, or
// who gets them.
func matters(s setting) bool {
	if slices.Contains(soft, s.name()) || goVariable(s) {
		return false
	}
	for _, field := range []string{"athens.storage", "athens.singleFlight", "athens.private", "athens.basicAuth", "athens.filter", "athens.validatorHook", "athens.index"} {
		if strings.HasPrefix(s.Field, field) {
			return true
		}
	}
	for _, name := range []string{"ATHENS_PATH_PREFIX", "ATHENS_DOWNLOAD_MODE", "ATHENS_DOWNLOAD_URL", "ATHENS_MONGO_CERT_PATH", "ATHENS_MONGO_INSECURE"} {
		if s.name() == name {
			return true
		}
	}
	return isSecret(s.name(), s.Value) || strings.HasPrefix(s.name(), "SSL_CERT") || strings.HasPrefix(s.name(), "AWS_")
}

// lists are settings that are lists of patterns.
var lists = []string{"ATHENS_GONOSUM_PATTERNS", "GOPRIVATE", "GONOSUMDB", "GONOPROXY"}

// normal is a value in the one form that it has in both, without secrets.
func (p *parts) normal(s setting) string {
	name, v := s.name(), s.Value
	if ref, moved := p.moved[name]; moved {
		if name == "ATHENS_REDIS_ENDPOINT" {
			v, _, _ = server(v, "6379")
			return v
		}
		return ref.String()
	}
	switch {
	case s.SecretName != "":
		return KeyRef{s.SecretName, s.SecretKey}.String()
	case s.Unknown != "":
		return s.Unknown
	case name == "ATHENS_FILTER_FILE":
		if text, known := p.text(p.at(v)); known {
			return quote.Shown(strings.TrimSpace(text))
		}
		return p.at(v).String()
	case name == "ATHENS_DOWNLOAD_MODE":
		return p.downloads(v)
	case name == "ATHENS_LOG_LEVEL":
		return levelOf(v)
	case slices.Contains(lists, name):
		return strings.Join(plainPatterns(v), ",")
	case name == "ATHENS_REDIS_ENDPOINT":
		host, _, u := server(v, "6379")
		if u != nil {
			return host
		}
	case name == "ATHENS_PORT":
		return ":" + v[strings.LastIndexByte(v, ':')+1:]
	case s.written != "" && strings.HasSuffix(name, "_PATH") || name == "GOOGLE_APPLICATION_CREDENTIALS":
		if at := p.at(v); v != "" && at.kind != "" {
			return at.String()
		}
	case strings.Contains(v, ",") && !strings.Contains(name, "PARAMS"):
		return strings.Join(commaSplit(v), ",")
	}
	if b, err := strconv.ParseBool(v); err == nil && len(v) > 1 {
		return strconv.FormatBool(b)
	}
	return quote.Of(name, strings.TrimSpace(v))
}

// downloads is a download mode, or its rules in one form.
func (p *parts) downloads(mode string) string {
	text, rules, problem := p.downloadText(mode)
	if problem != "" || !rules {
		return mode + problem
	}
	d, err := readDownload(text)
	if err != nil {
		return quote.Shown(text)
	}
	out := d.Mode + " " + d.URL
	for _, r := range d.Rules {
		out += "; " + r.Pattern + " " + r.Mode + " " + r.URL
	}
	return quote.Shown(out)
}

package v1alpha1

import "path"

// Upstream is where Athens gets modules that it does not hold.
type Upstream struct {
	// GoProxy is GOPROXY of Athens' own go command, in its own syntax: URLs of
	// module proxies in the order in which they are tried, optionally with
	// direct or off at the end. After a comma the next one is tried if the one
	// before it answers 404 or 410; after a | also if it fails in any other
	// way. Default: direct.
	// Example: https://mirror.example.com|https://mirror2.example.com,direct
	// +optional
	GoProxy string `json:"goproxy,omitempty"`

	// SumDBs are checksum databases that Athens passes on to clients under
	// /sumdb/ (ATHENS_SUM_DBS). Athens' own go command asks the one of
	// goEnv.GOSUMDB; name a database there too, so that the lines for developers
	// can. [] means that the site has none: GOSUMDB is off for Athens and for
	// its clients, only go.sum verifies checksums, and no go command gets a
	// toolchain from the site. Default: [https://sum.golang.org], or [] with
	// GOSUMDB: "off".
	// +listType=atomic
	// +optional
	SumDBs []string `json:"sumDBs,omitzero"`

	// GoEnv are further variables for Athens' go command
	// (ATHENS_GO_BINARY_ENV_VARS), as in GOSUMDB or GOFLAGS. Default: none.
	// Without GOSUMDB the go command checks what it downloads against
	// sum.golang.org, so that egress is open to it, unless sumDBs is []; a closed
	// network sets GOSUMDB: "off" or a mirror, as in
	// "sum.golang.org https://sum.example.com", and egress is open to that.
	// +optional
	GoEnv map[string]string `json:"goEnv,omitempty"`
}

// Private sets access to modules that are not public.
type Private struct {
	// Patterns of private module paths: they are fetched from their own
	// repository (GOPRIVATE) and never asked of a checksum database
	// (ATHENS_GONOSUM_PATTERNS). Write capitals as they are, as in
	// github.com/Acme/*; each program gets the spelling that it compares. At
	// most 4 of ? and [...] in one. Default: none.
	// Example: github.com/acme/*
	// +listType=set
	// +optional
	Patterns []string `json:"patterns,omitempty"`

	// Credentials for Git servers and module proxies, each host once. The
	// Secrets are read when a server asks, so that a new token or key needs no
	// new pods.
	// Default: none.
	// +listType=map
	// +listMapKey=host
	// +optional
	Credentials []HostCredentials `json:"credentials,omitempty"`

	// Netrc is a .netrc file (ATHENS_NETRC_PATH), read when Athens starts.
	// Default key: .netrc.
	// +optional
	Netrc *SecretValue `json:"netrc,omitempty"`

	// GitConfig is a .gitconfig file; exactly one key. It counts before what
	// credentials write.
	// +optional
	GitConfig *GitConfig `json:"gitConfig,omitempty"`

	// HgRC is a .hgrc file for Mercurial (ATHENS_HGRC_PATH). Default key: .hgrc.
	// +optional
	HgRC *SecretValue `json:"hgrc,omitempty"`
}

// CredentialHosts are the hosts of credentials that the host of a private
// pattern means, which may have wildcards.
func (p *Private) CredentialHosts(pattern string) (out []string) {
	for i := range p.Credentials {
		if matched, err := path.Match(pattern, p.Credentials[i].Host); err == nil && matched {
			out = append(out, p.Credentials[i].Host)
		}
	}
	return out
}

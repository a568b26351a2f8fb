package v1alpha1

// Upstream is where Athens gets modules that it does not hold.
type Upstream struct {
	// GoProxy is GOPROXY of Athens' own go command, in its own syntax: URLs of
	// module proxies in the order in which they are asked, and perhaps direct
	// or off at the end. After a comma the next one is asked where the one
	// before it answers 404 or 410, after a | also where it fails in any other
	// way. Default: direct.
	// Example: https://mirror.example.com|https://mirror2.example.com,direct
	// +optional
	GoProxy string `json:"goproxy,omitempty"`

	// SumDBs are checksum databases that Athens passes on under /sumdb/
	// (ATHENS_SUM_DBS). Default: [https://sum.golang.org].
	// +optional
	SumDBs []string `json:"sumDBs,omitempty"`

	// GoEnv are further variables for Athens' go command
	// (ATHENS_GO_BINARY_ENV_VARS), as in GOSUMDB or GOFLAGS. Default: none.
	// Without GOSUMDB the go command checks what it downloads against
	// sum.golang.org, so that egress is open to it; a closed network sets
	// GOSUMDB: "off" or a mirror, as in "sum.golang.org https://sum.example.com".
	// +optional
	GoEnv map[string]string `json:"goEnv,omitempty"`
}

// Private is what Athens needs for modules that are not public.
type Private struct {
	// Patterns of private module paths: they are fetched from their own
	// repository (GOPRIVATE) and never asked of a checksum database
	// (ATHENS_GONOSUM_PATTERNS). Capitals are written as they are, as in
	// github.com/Acme/*; each reader gets the spelling that it compares.
	// At most 4 of ? and [...] in one. Default: none.
	// Example: github.com/acme/*
	// +optional
	Patterns []string `json:"patterns,omitempty"`

	// Netrc is a .netrc file (ATHENS_NETRC_PATH); not beside githubToken.
	// Default key: .netrc.
	// +optional
	Netrc *SecretSource `json:"netrc,omitempty"`

	// GithubToken is a token for github.com (ATHENS_GITHUB_TOKEN); not beside
	// netrc. Default key: token.
	// +optional
	GithubToken *SecretSource `json:"githubToken,omitempty"`

	// SSHKey names a Secret with the keys ssh-privatekey (as in the type
	// kubernetes.io/ssh-auth) and known_hosts.
	// +optional
	SSHKey *SecretNameSource `json:"sshKey,omitempty"`

	// GitConfig is a .gitconfig file. Default key: .gitconfig.
	// +optional
	GitConfig *SecretSource `json:"gitConfig,omitempty"`

	// HgRC is a .hgrc file for Mercurial (ATHENS_HGRC_PATH). Default key: .hgrc.
	// +optional
	HgRC *SecretSource `json:"hgrc,omitempty"`
}

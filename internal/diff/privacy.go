package diff

import (
	"strings"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// privacy compares what Athens keeps to itself: a password for its modules, and
// the module paths that it sends to no server.
func (c *comparison) privacy() {
	old, now := athensOf(c.old), athensOf(c.now)
	if old == nil || now == nil {
		return
	}
	if before, after := old.env(), now.env(); before["BASIC_AUTH_USER"] != nil && after["BASIC_AUTH_USER"] == nil {
		c.note(passwordGone, "Athens no longer asks for a user and a password: every client that reaches it reads all modules")
	}
	left := tree.Text(variable(now.env()["ATHENS_GONOSUM_PATTERNS"]))
	for pattern := range strings.SplitSeq(tree.Text(variable(old.env()["ATHENS_GONOSUM_PATTERNS"])), ",") {
		if pattern != "" && !module.MatchPrefixPatterns(left, pattern) {
			c.note(privacyGone, "modules of %s are no longer private: Athens asks the upstream proxies and checksum databases for them, which see their paths", pattern)
		}
	}
}

// athensOf is the workload of Athens; nil if there is none.
func athensOf(objects []Object) *Object {
	for i := range objects {
		if o := &objects[i]; o.pod() != nil && o.program() == generators.Athens {
			return o
		}
	}
	return nil
}

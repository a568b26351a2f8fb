package v1alpha1

import (
	"time"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// leastTry gives each try of a list a second more than a connection may take
// (2s), or a node that vanished uses it up.
const leastTry = 3 * time.Second

// ListTries is how often the gateway asks for a list at most. With a hash each
// try may meet a replica of lathens that has died and that no other request has
// met yet, so there is one for each of them, one for Athens, and one for the
// moment in which Envoy's workers learn of the last. By load, the second try
// already goes to Athens. Each has the time that it needs, if three have.
func (s *AthensSiteSpec) ListTries() int32 {
	if s.Lathens.Spread != SpreadByModule || !*s.Lathens.Enabled {
		return companions.ListTries
	}
	tries := min(s.Lathens.MaxReplicas(), 1000) + 2
	if list := s.Gateway.Timeouts.List; list != nil {
		tries = min(tries, int32(min(list.Duration/leastTry, 1000)))
	}
	return max(companions.ListTries, tries)
}

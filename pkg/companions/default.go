// Package companions is what a site's spec and the command lines of lathens and
// crathens share: their defaults, and the memory that follows from them. It
// imports nothing, so that the two servers do not carry the API's types.
package companions

import "time"

// Defaults of lathens: of spec.lathens and of the flags of the same names.
const (
	LathensTTL                  = time.Minute
	LathensNegativeTTL          = 10 * time.Second
	LathensStaleWhileRevalidate = 10 * time.Minute
	LathensStaleIfError         = 24 * time.Hour
	// LathensMaxBytes of cached lists.
	LathensMaxBytes = 64 << 20
	// LathensMaxUpstream lists are asked for at once.
	LathensMaxUpstream = 20
	// LathensMaxWaiting callers of one replica: a company whose machines all
	// ask for one list that is not cached.
	LathensMaxWaiting = 10_000
)

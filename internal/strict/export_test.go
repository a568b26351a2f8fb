package strict

// Bounds that have no name outside.
const (
	MaxAliased = maxAliased
	MaxDepth   = maxDepth
)

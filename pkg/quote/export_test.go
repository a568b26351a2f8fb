package quote

// What the tests of this package compare.
var (
	Plain    = plain
	SecretIn = secretIn
)

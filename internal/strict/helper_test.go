package strict_test

import "github.com/gomods/athens-kfn/internal/strict/stricttest"

// rule is a spec and what is wrong with it.
type rule stricttest.Rule

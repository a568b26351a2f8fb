package main

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// Every world that the go command is tested in: the module proxy itself, and a
// real Athens that takes its modules from it.
func worlds(t *testing.T, test func(t *testing.T, up *proxytest.Server, url string)) {
	t.Helper()
	t.Run("proxy", func(t *testing.T) {
		up := proxytest.Start(t, proxytest.Modules())
		test(t, up, up.URL)
	})
	t.Run("Athens", func(t *testing.T) {
		up := proxytest.Start(t, proxytest.Modules())
		test(t, up, proxytest.StartAthens(t, up.URL))
	})
}

package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
)

// With the checksum database stopped, whatever was downloaded before can be
// downloaded again, by a go command that has nothing and in any order. What is new
// fails, as the database cannot vouch for it.
func TestChecksumsSurviveTheirDatabase(t *testing.T) {
	d := proxytest.StartDatabase(t, proxytest.Modules())
	l := start(t, "--upstream="+d.URL, "--log-level=error")
	seen := []string{"example.com/plain@v1.0.0", "example.com/retracted@v1.0.0", "example.com/plain@v1.1.0", "example.com/BigLetters/Mod@v0.1.0"}
	d.GoCommand(t, l.url).Must(t, append([]string{"mod", "download"}, seen...)...)

	d.Stopped.Store(true)
	d.GoCommand(t, l.url).Must(t, append([]string{"mod", "download"}, seen...)...)
	reversed := d.GoCommand(t, l.url)
	for _, version := range slices.Backward(seen) {
		reversed.Must(t, "mod", "download", version)
	}
	for _, version := range seen {
		d.GoCommand(t, l.url).Must(t, "mod", "download", version)
	}
	const unseen = "example.com/old@v1.0.0"
	if out, err := d.GoCommand(t, l.url).Run("mod", "download", unseen); err == nil ||
		!strings.Contains(out, "verifying go.mod: "+unseen) || !strings.Contains(out, "500 Internal Server Error") {
		t.Errorf("what is new: %v\n%s", err, out)
	}
	if out, err := d.GoCommand(t, d.URL).Run("mod", "download", seen[0]); err == nil {
		t.Errorf("without lathens: %s", out)
	}
}

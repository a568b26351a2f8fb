package docs

import (
	"os"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/gateways"
)

// The page about gateways has the table that the program reads.
func TestKnownGatewaysAreOnTheirPage(t *testing.T) {
	text, err := os.ReadFile("howto/gateway.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range gateways.Known() {
		namespace := i.Namespace
		if namespace == "" {
			namespace = "any"
		}
		row := strings.Join([]string{"", i.By, namespace, gateways.Selector(i.Labels), i.ServiceAccount, ""}, " | ")
		if row = strings.ReplaceAll(strings.TrimSpace(row), "*", `\*`); !strings.Contains(string(text), row) {
			t.Errorf("howto/gateway.md lacks the row\n%s", row)
		}
	}
}

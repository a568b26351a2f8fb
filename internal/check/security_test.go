package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// AK510 judges what the ranges cover together.
func TestAK510_JoinsRanges(t *testing.T) {
	halves := make([]string, 128) // of 3.0.0.0/10, none of which is wide
	for i := range halves {
		halves[i] = fmt.Sprintf("3.%d.%d.0/17", i/2, i%2*128)
	}
	const field = "spec.gateway.catalogClients"
	for list, want := range map[string][]string{
		strings.Join(halves, ", "):                      {field},
		strings.Join(halves[:2], ", "):                  nil, // one /16
		strings.Join(halves[:3], ", "):                  nil,
		strings.Join(halves[:4], ", "):                  {field},
		"203.0.113.7/32, 198.51.100.0/24, 203.0.0.0/16": nil,
		"203.0.0.0/8":                                   {field + "[0].cidrs[0]"},
		"203.0.113.7/32, 2.0.0.0/8, 3.0.0.0/8":          {field + "[0].cidrs[1]", field + "[0].cidrs[2]"},
		"3.0.0.0/8, 3.4.0.0/16, 3.5.0.0/16":             {field + "[0].cidrs[0]"},
		`"2001:db8::/33", "2001:db8:8000::/33"`:         nil,
		`"2001:db8::/32", "2001:db9::/32"`:              {field},
		`"64:ff9b::cb00:7100/120"`:                      nil,
		`"64:ff9b::cb00:0/104"`:                         {field + "[0].cidrs[0]"},
		`"64:ff9b::300:0/112", 3.1.0.0/16`:              {field},
	} {
		nodes, err := krm.SitesIn([]byte(over(sound, "\ngateway: {catalogClients: [{name: other-regions, cidrs: ["+list+"]}]}")))
		if err != nil {
			t.Fatal(err)
		}
		site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		var found []string
		for _, r := range securityRules() {
			if r.Code == "AK510" {
				r.find(newWorld(site), func(field, _ string, _ ...any) { found = append(found, field) })
			}
		}
		if !slices.Equal(found, want) {
			t.Errorf("%.60s: findings at %v, want %v", list, found, want)
		}
	}
}

func TestAK511_ReportsKeysAndUnmanagedSecrets(t *testing.T) {
	nodes, err := krm.SitesIn([]byte(over(sound, "\nsecrets: {externalSecrets: {storeRef: {name: vault}}, entries: [{secret: athens-blob, key: accountKey, name: one}, {secret: athens-blob, key: accountkey, name: two}], unmanaged: [athens-blobs]}")))
	if err != nil {
		t.Fatal(err)
	}
	site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var found []string
	unreadSecrets(newWorld(site), func(field, _ string, _ ...any) { found = append(found, field) })
	if want := []string{"spec.secrets.entries[1].key", "spec.secrets.unmanaged[0]"}; !slices.Equal(found, want) {
		t.Errorf("findings at %v, want %v", found, want)
	}
}

package v1alpha1

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestProxies_AreThoseOfTheGoCommand(t *testing.T) {
	a, b := Proxy{URL: "https://a.example.com"}, Proxy{URL: "https://b.example.com"}
	onError := Proxy{URL: a.URL, AnyError: true}
	for text, want := range map[string]struct {
		proxies []Proxy
		ignored string
	}{
		"":       {},
		" ,| ":   {},
		"direct": {[]Proxy{{URL: ProxyDirect}}, ""},
		"off":    {[]Proxy{{URL: ProxyOff}}, ""},
		"https://a.example.com|https://b.example.com": {[]Proxy{onError, b}, ""},
		"https://a.example.com,https://b.example.com": {[]Proxy{a, b}, ""},
		" https://a.example.com , ,direct ,":          {[]Proxy{a, {URL: ProxyDirect}}, ""},
		"https://a.example.com|direct":                {[]Proxy{onError, {URL: ProxyDirect}}, ""},
		"off,https://a.example.com|direct":            {[]Proxy{{URL: ProxyOff}}, "https://a.example.com|direct"},
		"a.example.com":                               {[]Proxy{a}, ""},
		"a.example.com:8080/go":                       {[]Proxy{{URL: "https://a.example.com:8080/go"}}, ""},
		"/mods":                                       {[]Proxy{{URL: "/mods"}}, ""},
		"file:///mods":                                {[]Proxy{{URL: "file:///mods"}}, ""},
		"Direct":                                      {[]Proxy{{URL: "Direct"}}, ""},
	} {
		proxies, ignored := goProxies(text)
		if !slices.Equal(proxies, want.proxies) || ignored != want.ignored {
			t.Errorf("%q: %v and %q behind it, want %v and %q", text, proxies, ignored, want.proxies, want.ignored)
		}
	}
}

// Other programs read a site with encoding/json.
func TestReplicas_AreANumberInJSON(t *testing.T) {
	var spec AthensSiteSpec
	err := json.Unmarshal([]byte(`{"athens": {"replicas": 3, "autoscaling": {"maxReplicas": 9}}, "lathens": {"replicas": 4}}`), &spec)
	if err != nil {
		t.Fatal(err)
	}
	if a, l := &spec.Athens, &spec.Lathens; a.Replicas != 3 || a.MaxReplicas() != 9 || l.Replicas != 4 || l.MaxReplicas() != 4 {
		t.Errorf("replicas are %d to %d and %d to %d, want 3 to 9 and 4 to 4", a.Replicas, a.MaxReplicas(), l.Replicas, l.MaxReplicas())
	}
}

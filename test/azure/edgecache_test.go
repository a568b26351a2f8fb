// Package azure_test holds what the programs around Azure do with our output:
// Envoy's Lua with the script of the edge cache, and Terraform's parser with
// its JSON.
package azure_test

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators/mesh"
)

func script(t *testing.T) string {
	t.Helper()
	var site v1alpha1.AthensSite
	if err := yaml.Unmarshal([]byte("{metadata: {name: goproxy, namespace: goproxy}, spec: {host: goproxy.example.com, edge: {frontDoor: {cache: {}}}}}"), &site); err != nil {
		t.Fatal(err)
	}
	site.Default()
	filter := mesh.EdgeCache(&site)[0].(*networkingv1alpha3.EnvoyFilter)
	config := filter.Spec.ConfigPatches[0].Patch.Value.Fields["typed_config"].GetStructValue()
	return config.Fields["default_source_code"].GetStructValue().Fields["inline_string"].GetStringValue()
}

// stream is as much of Envoy's Lua API as the script uses: headers that are
// read and replaced, and metadata that goes from the request to its answer.
const stream = `
local metadata = {}
local function handle(headers)
  return {
    headers = function() return {
      get = function(_, name) return headers[name] end,
      replace = function(_, name, value) headers[name] = value end,
    } end,
    streamInfo = function() return { dynamicMetadata = function() return {
      set = function(_, filter, key, value)
        metadata[filter] = metadata[filter] or {}
        metadata[filter][key] = value
      end,
      get = function(_, filter) return metadata[filter] end,
    } end } end,
  }
end
envoy_on_request(handle({[":path"] = path}))
local answer = {[":status"] = status, ["cache-control"] = was}
envoy_on_response(handle(answer))
result = answer["cache-control"] or ""
`

func TestEdgeCache(t *testing.T) {
	const (
		forever = "public, max-age=31536000, immutable"
		never   = "no-store"
		nothing = ""
	)
	code := script(t)
	for _, tt := range []struct{ path, status, want string }{
		{"/golang.org/x/text/@v/v0.3.0.info", "200", forever},
		{"/golang.org/x/text/@v/v0.3.0.mod", "200", forever},
		{"/golang.org/x/text/@v/v0.3.0.zip", "200", forever},
		{"/github.com/%21azure/sdk/@v/v1.2.3-rc.1.mod", "200", forever},
		{"/github.com/!azure/sdk/@v/v2.0.0+incompatible.zip", "200", forever},
		{"/golang.org/x/text/@v/v0.0.0-20170915032832-14c0d48ead0c.info", "200", forever},
		{"/golang.org/x/text/@v/v0.3.0.info?x=1", "200", forever},
		{"/golang.org/x/text/@v/v0.3.0.zip", "206", never},
		{"/golang.org/x/text/@v/v0.3.0.info", "404", never},
		{"/golang.org/x/text/@v/v0.3.0.info", "500", never},
		{"/golang.org/x/text/@v/v0.3.0.zip", "302", never},
		{"/golang.org/x/text/@v/master.info", "200", never},
		{"/golang.org/x/text/@v/v1.info", "200", never},
		{"/golang.org/x/text/@v/v1.2.info", "200", never},
		{"/golang.org/x/text/@v/v1.2.3x.info", "200", never},
		{"/golang.org/x/text/@v/list", "200", nothing},
		{"/golang.org/x/text/@latest", "200", nothing},
		{"/golang.org/x/text/@v/v0.3.0.exe", "200", nothing},
		{"/sumdb/sum.golang.org/latest", "200", nothing},
		{"/healthz", "200", nothing},
	} {
		vm := lua.NewState()
		vm.SetGlobal("path", lua.LString(tt.path))
		vm.SetGlobal("status", lua.LString(tt.status))
		if err := vm.DoString(code + stream); err != nil {
			t.Fatal(err)
		}
		if got := vm.GetGlobal("result").String(); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.status, tt.path, got, tt.want)
		}
		// What Athens says of a list stays.
		vm.SetGlobal("was", lua.LString("no-cache, no-store"))
		if err := vm.DoString(code + stream); err != nil {
			t.Fatal(err)
		}
		if got := vm.GetGlobal("result").String(); tt.want == nothing && !strings.Contains(got, "no-store") {
			t.Errorf("%s %s: Athens' own header became %q", tt.status, tt.path, got)
		}
		vm.Close()
	}
}

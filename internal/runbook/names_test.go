package runbook_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/gomods/athens-kfn/internal/client"
	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// tools are the programs that a runbook may name.
var tools = []string{"athens-kfn", "kubectl", "istioctl", "helm", "curl", "kill", "openssl", "az", "go"}

// foreign are code spans that are no object, field or command of a site, and what
// has them.
var foreign = map[string]string{
	"hit": "lathens", "stale": "lathens", "miss": "lathens", "negative": "lathens", "bypass": "lathens", "rejected": "lathens",
	"X-Lathens": "lathens", "X-Lathens: stale": "lathens",
	"NR": "Envoy's access log", "UF": "Envoy's access log", "UH": "Envoy's access log", "RBAC: access denied": "Envoy",
	"Pending": "the kubelet", "ImagePullBackOff": "the kubelet", "CrashLoopBackOff": "the kubelet", "CreateContainerConfigError": "the kubelet",
	"violates PodSecurity": "the API server", "tls.crt": "a Secret of the type tls", "tls.key": "a Secret of the type tls", ".dockerconfigjson": "a Secret of the type docker-registry",
	"-c istio-proxy": "kubectl, and Istio's webhook",
	"401":            "HTTP", "403": "HTTP", "connection reset": "the go command",
	"terminal prompts disabled": "git", "Permission denied (publickey)": "ssh",
	".info": "the GOPROXY protocol", "!": "the GOPROXY protocol", "github.com/!azure": "the GOPROXY protocol",
	"GONOSUMDB": "the go command",
	"kube_…":    "kube-state-metrics", "pod": "Prometheus",
	"GROUP": "to replace", "MONGO_URL": "to set", "ATHENS": "to set", "site.yaml": "the reader's file", "localhost": "the reader's machine",
	"DisableRateLimitingResponses": "Cosmos DB", "NormalizedRUConsumption": "Azure Monitor, of Cosmos DB",
	"fs.files": "GridFS", "filename": "GridFS",
	"AZURE_SYNC_PERIOD": "Azure Service Operator", "AfdOrigin goproxy-eastus2": "the cluster of another region",
	"istio=ingressgateway":                             "the mesh",
	"aks-istio-system/istio-shared-configmap-asm-1-30": "AKS", "istio=aks-istio-ingressgateway-external": "AKS",
}

// label is a label of PromQL that names an object.
var label = regexp.MustCompile(`\b(?:namespace|persistentvolumeclaim|horizontalpodautoscaler)="(?:keda-hpa-)?([^"]*)"`)

// Every name in code is one of the site's objects, a field of the spec, a command,
// or on the list above.
func TestRunbook_NamesInCodeExist(t *testing.T) {
	spec, err := explain.Spec()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	checked := 0
	for _, b := range books(t) {
		names := wordsIn(t, b.objects, b.site, client.URL(b.site), generators.Endpoints(b.site))
		for _, span := range read(t, b.page).spans {
			checked++
			_, listed := foreign[span]
			if strings.Contains(span, "{namespace=") {
				for _, m := range label.FindAllStringSubmatch(span, -1) {
					if !names[m[1]] {
						t.Errorf("%s: nothing of the site has the name %s of %s", b.name, m[1], span)
					}
				}
				continue
			}
			switch {
			case names[span], isField(spec, span), isCommand(span):
			case listed:
				used[span] = true
			case !strings.Contains(span, " ") && !slices.ContainsFunc(notInNames.Split(span, -1), func(part string) bool { return !names[part] }):
			default:
				t.Errorf("%s: nothing of the site has the name `%s`", b.name, span)
			}
		}
	}
	for span, owner := range foreign {
		if !used[span] {
			t.Errorf("no runbook has `%s` of %s", span, owner)
		}
	}
	if checked < 5000 {
		t.Errorf("%d names only", checked)
	}
}

// isField reports whether a code span is a path of the spec, with a value behind
// a colon or without.
func isField(spec *explain.Field, span string) bool {
	path, _, _ := strings.Cut(span, ": ")
	if !strings.HasPrefix(path, "spec.") {
		return false
	}
	_, ok := spec.Find(path)
	return ok
}

// isCommand reports whether a code span is a line of shell that runs a known tool.
func isCommand(span string) bool {
	first, _, more := strings.Cut(span, " ")
	if !more || !slices.Contains(tools, first) {
		return false
	}
	_, err := syntax.NewParser().Parse(strings.NewReader(span), "")
	return err == nil
}

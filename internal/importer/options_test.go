package importer_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/importer"
)

// What the command line says wins over what is read, and is compared as well.
func TestFromObjects_Options(t *testing.T) {
	const ingress, disk = "kustomize-configmap", "statefulset"
	for name, tc := range map[string]struct {
		input      string
		o          importer.Options
		site       []string
		want, none string
	}{
		"None keeps the Ingress": {ingress, importer.Options{Mesh: "None"},
			[]string{"className: nginx", "whitelist-source-range: 203.0.113.0/24", "mode: None"}, "same: host goproxy.example.com path /", "left out: ingress"},
		"None keeps the load balancer": {"config-file", importer.Options{Mesh: "None", Host: "go.example.com"},
			[]string{"service: {}", "host: go.example.com"}, "yours to do: Service ", "left out: Service "},
		"another host":      {ingress, importer.Options{Host: "tools.example.com"}, []string{"host: tools.example.com", "host: goproxy.example.com"}, "same: host goproxy.example.com path /", "left out: host tools.example.com path /:"},
		"a new host":        {disk, importer.Options{Host: "new.example.com"}, []string{"host: new.example.com"}, "left out: host go.example.com path /", "same: host"},
		"another name":      {disk, importer.Options{Name: "mods"}, []string{"name: mods"}, "same: claim storage-athens-0", "left out: "},
		"another namespace": {disk, importer.Options{Namespace: "mods"}, []string{"namespace: mods"}, "left out: claim storage-athens-0: is in the namespace go", "same: claim"},
	} {
		text, err := os.ReadFile("testdata/golden/" + tc.input + "/input.yaml")
		if err != nil {
			t.Fatal(err)
		}
		result, report, err := imported(string(text), tc.o)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range tc.site {
			if !strings.Contains(string(result.Site), line) {
				t.Errorf("%s: the site does not have %q:\n%s", name, line, result.Site)
			}
		}
		if !strings.Contains(report, tc.want) || strings.Contains(report, tc.none) {
			t.Errorf("%s: the report does not have %q, or has %q:\n%s", name, tc.want, tc.none, report)
		}
	}
}

// A disk without a volume loses nothing by getting one.
func TestFromObjects_TakesADiskWithoutAVolume(t *testing.T) {
	result, report, err := imported(athens("athens", "        env: [{name: ATHENS_STORAGE_TYPE, value: disk}, {name: ATHENS_DISK_STORAGE_ROOT, value: /v}]\n        volumeMounts: [{name: v, mountPath: /v}]\n      volumes: [{name: v, emptyDir: {}}]", ""), importer.Options{Host: "goproxy.example.com"})
	if err != nil || result.Failed() || !strings.Contains(report, "\nnothing left out, ") || !strings.Contains(report, "differs: volume size: none → 10Gi") {
		t.Errorf("%v\n%s", err, report)
	}
}

// Who reaches a load balancer stays who did.
func TestFromObjects_KeepsTheRangesOfALoadBalancer(t *testing.T) {
	const service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: athens, annotations: {example.com/internal: \"true\"}}\nspec: {type: LoadBalancer, selector: {app: athens}, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/8, 192.168.0.0/16]}\n"
	result, report, err := imported(athens("athens", "        env: [{name: ATHENS_STORAGE_TYPE, value: memory}]", service), importer.Options{Host: "goproxy.example.com", Mesh: "None"})
	if err != nil || !strings.Contains(string(result.Site), "load-balancer-source-ranges: 10.0.0.0/8,192.168.0.0/16") || !strings.Contains(string(result.Site), "example.com/internal: \"true\"") {
		t.Errorf("%v\n%s\n%s", err, result.Site, report)
	}
}

// A key for a server brings the site's own command for ssh.
func TestFromObjects_LeavesTheSSHCommandToTheSite(t *testing.T) {
	const container = `        env: [{name: ATHENS_STORAGE_TYPE, value: memory}, {name: GIT_SSH_COMMAND, value: "ssh -i /home/athens/.ssh/id_rsa-git.example.com"}]
        volumeMounts: [{name: ssh, mountPath: /home/athens/.ssh}]
      volumes: [{name: ssh, secret: {secretName: keys, items: [{key: k, path: id_rsa-git.example.com}]}}]`
	result, report, err := imported(athens("athens", container, ""), importer.Options{Host: "goproxy.example.com"})
	if err != nil || strings.Contains(string(result.Site), "GIT_SSH") || !strings.Contains(report, "differs: GIT_SSH_COMMAND: ") || len(result.Problems) > 0 {
		t.Errorf("%v %v\n%s\n%s", err, result.Problems, result.Site, report)
	}
}

package manifests

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/source"
)

// TestReach_Refuses asks for the policies that keep a connection from a Service.
func TestReach_Refuses(t *testing.T) {
	const service = `
apiVersion: v1
kind: Service
metadata: {name: s, namespace: a}
spec: {selector: {app: x}, ports: [{port: 80, targetPort: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: a}
spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, ports: [{name: web, containerPort: 3000}, {name: other, containerPort: 3001}]}]}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: `
	anyPod, outside := Peer{}, Peer{Outside: true}
	friend, neighbour := Peer{Namespace: "b", Labels: labels.Set{"app": "y"}}, Peer{Namespace: "a", Labels: labels.Set{"app": "y"}}
	for name, c := range map[string]struct {
		policy  string
		from    Peer
		refused bool
	}{
		"no policy of the namespace":     {`b}, spec: {podSelector: {}}`, anyPod, false},
		"a policy about other pods":      {`a}, spec: {podSelector: {matchLabels: {app: z}}}`, anyPod, false},
		"egress alone":                   {`a}, spec: {podSelector: {}, policyTypes: [Egress]}`, anyPod, false},
		"no rule":                        {`a}, spec: {podSelector: {}}`, anyPod, true},
		"a rule for all":                 {`a}, spec: {podSelector: {}, ingress: [{}]}`, outside, false},
		"any pod":                        {`a}, spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}`, anyPod, false},
		"any pod, from outside":          {`a}, spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}`, outside, true},
		"any address":                    {`a}, spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}`, outside, false},
		"most addresses":                 {`a}, spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}`, outside, true},
		"any address, from a pod":        {`a}, spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}`, anyPod, true},
		"a namespace, of any pod":        {`a}, spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]}]}`, anyPod, true},
		"a namespace":                    {`a}, spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]}]}`, friend, false},
		"another namespace":              {`a}, spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: c}}}]}]}`, friend, true},
		"pods of the namespace":          {`a}, spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: y}}}]}]}`, neighbour, false},
		"pods of the namespace, another": {`a}, spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: y}}}]}]}`, friend, true},
		"other pods of the namespace":    {`a}, spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: z}}}]}]}`, neighbour, true},
		"the port":                       {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: 3000}]}]}`, anyPod, false},
		"the port of the Service":        {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}`, anyPod, true},
		"the port by its name":           {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: web}]}]}`, anyPod, false},
		"another port by its name":       {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: other}]}]}`, anyPod, true},
		"a name that no port has":        {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: none}]}]}`, anyPod, true},
		"a range of ports":               {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: 2000, endPort: 3000}]}]}`, anyPod, false},
		"UDP":                            {`a}, spec: {podSelector: {}, ingress: [{ports: [{port: 3000, protocol: UDP}]}]}`, anyPod, true},
	} {
		set := Read([]source.File{{Content: []byte(service + c.policy + "}")}})
		if len(set.Unread) > 0 || len(set.Objects) != 3 {
			t.Fatalf("%s: %v", name, set.Unread)
		}
		r := set.Reach()
		if by := r.Refuses(set.Objects[0], "80", c.from); (len(by) > 0) != c.refused {
			t.Errorf("%s: refused by %v, want %v", name, by, c.refused)
		}
		if behind := r.Behind(set.Objects[0]); len(behind) != 1 || behind[0].Name != "d" {
			t.Errorf("%s: behind it are %v", name, behind)
		}
	}
}

// TestReach_Silences asks for the policies that let a pod open no connection.
func TestReach_Silences(t *testing.T) {
	for policy, want := range map[string]string{
		`{podSelector: {}}`:                                      "[]",
		`{podSelector: {}, egress: [{}]}`:                        "[]",
		`{podSelector: {}, policyTypes: [Egress]}`:               "[NetworkPolicy a/n]",
		`{podSelector: {}, policyTypes: [Egress], egress: [{}]}`: "[]",
	} {
		set := Read([]source.File{{Content: []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\nspec: {containers: []}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n, namespace: a}\nspec: " + policy)}})
		if got := fmt.Sprint(set.Reach().Silences(set.Objects[0])); got != want {
			t.Errorf("%s: %s, want %s", policy, got, want)
		}
	}
}

// TestReach_NamesWhatItCannotRead has a policy that is not one.
func TestReach_NamesWhatItCannotRead(t *testing.T) {
	set := Read([]source.File{{Content: []byte("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n, namespace: a}\nspec: {podSelector: [x]}\n")}})
	if r := set.Reach(); len(r.Unread) != 1 || r.Unread[0].Object.Name != "n" {
		t.Errorf("unread are %v", r.Unread)
	}
}

package diff

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/source"
)

// A default that the manifest does not have is no change in a live object; another value is one,
// and so is a default in place of what was written.
func TestCompare_LiveDefaults(t *testing.T) {
	const head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec:\n"
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec:\n"
	const scaled = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: b}\nspec: {scaleTargetRef: {name: a}, maxReplicas: 3}\n"
	for name, c := range map[string]struct {
		old, now string
		differ   bool
	}{
		"filled in":            {head + "  paused: true\n", head + "  paused: true\n  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%}}\n  replicas: 1\n", false},
		"another value":        {head + "  paused: true\n", head + "  paused: true\n  replicas: 2\n", true},
		"in place of a value":  {head + "  replicas: 2\n", head + "  replicas: 1\n", true},
		"beside a value":       {head + "  strategy: {type: Recreate}\n", head + "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%}}\n", true},
		"of an autoscaler":     {head + "  paused: true\n" + scaled, head + "  paused: true\n  replicas: 2\n" + scaled, false},
		"of a container":       {head + "  template: {spec: {containers: [{name: b}, {name: a, readinessProbe: {httpGet: {path: /}}}]}}\n", head + "  template: {spec: {containers: [{name: b, resources: {}}, {name: a, imagePullPolicy: Always, readinessProbe: {periodSeconds: 10, httpGet: {path: /, scheme: HTTP}}}]}}\n", false},
		"HTTPS of a container": {head + "  template: {spec: {containers: [{name: a, readinessProbe: {httpGet: {path: /}}}]}}\n", head + "  template: {spec: {containers: [{name: a, readinessProbe: {httpGet: {path: /, scheme: HTTPS}}}]}}\n", true},
		"an address":           {service + "  selector: {a: b}\n", service + "  selector: {a: b}\n  clusterIP: 10.0.0.1\n  type: ClusterIP\n", false},
		"no address":           {service + "  selector: {a: b}\n", service + "  selector: {a: b}\n  clusterIP: None\n", true},
		"a load balancer":      {service + "  selector: {a: b}\n", service + "  selector: {a: b}\n  type: LoadBalancer\n", true},
	} {
		var sides [2]*Side
		for i, text := range []string{c.old, c.now} {
			side, _, err := State("m.yaml", []source.File{{Name: "m.yaml", Content: []byte(text)}}, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			sides[i] = side
		}
		sides[1].Live = true
		if reports := Compare(sides[0], sides[1]); (len(reports) > 0) != c.differ {
			t.Errorf("%s: %+v", name, reports)
		}
	}
}

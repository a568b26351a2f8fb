package helm

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// workload is one of the site's programs, as values speak of it.
type workload struct {
	name, image string
	// replicas are the fewest that run, maxReplicas the most; 0 for a CronJob.
	replicas, maxReplicas int32
	// memory is the limit unless resources set one.
	memory resource.Quantity
	// shaping says that other objects and arguments are computed from replicas
	// and resources, as the tries of a list from lathens' replicas: a chart's
	// template cannot compute them again.
	shaping bool
	// ownMemory says that a value may set the memory. That of crathens decides
	// its GOMEMLIMIT, which a template cannot compute.
	ownMemory bool
}

func programs(site *v1alpha1.AthensSite) []workload {
	s := &site.Spec
	out := []workload{{generators.Athens, s.Athens.Image, s.Athens.Replicas, s.Athens.MaxReplicas(), s.Athens.Memory(), false, true}}
	if *s.Lathens.Enabled {
		out = append(out, workload{generators.Lathens, s.Lathens.Image, s.Lathens.Replicas, s.Lathens.MaxReplicas(), resource.Quantity{}, true, false})
	}
	if *s.Crathens.Enabled {
		out = append(out, workload{generators.Crathens, s.Crathens.Image, 0, 0, *resource.NewQuantity(companions.CrathensMemory().Limit, resource.BinarySI), false, false})
	}
	return out
}

// choice is what a chart lets its user decide about replicas: nothing where one
// replica is part of the site's shape, since a second one brings a
// PodDisruptionBudget, and rules of spreading, and may not share the storage.
func (w workload) choice() (number, scales bool) {
	if w.shaping || w.maxReplicas <= 1 {
		return false, false
	}
	return true, w.maxReplicas > w.replicas
}

// valuesYAML is the values file: everything that may be set, as the site has it.
func valuesYAML(site *v1alpha1.AthensSite) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# The values of the site %s. For everything else change the site file and\n# package it again.\n\n", site.Name)
	fmt.Fprintf(&out, "# The DNS name under which go commands reach the site.\nhost: %s\n", site.Spec.Host)
	if *site.Spec.Namespace.Create {
		fmt.Fprintf(&out, `
namespace:
  # Make the namespace %s, with the labels that the mesh and pod security read.
  # With false it must be there, with the labels that the notes name.
  create: true
`, site.Namespace)
	}
	for _, w := range programs(site) {
		fmt.Fprintf(&out, "\n%s:\n  image: %s\n", w.name, w.image)
		switch number, scales := w.choice(); {
		case scales:
			fmt.Fprintf(&out, "  # The bounds of the autoscaler; maxReplicas must be greater than replicas.\n  replicas: %d\n  autoscaling:\n    maxReplicas: %d\n", w.replicas, w.maxReplicas)
		case number:
			fmt.Fprintf(&out, "  # At least 2.\n  replicas: %d\n", w.replicas)
		}
		if !w.shaping {
			note := "A request or limit of memory that is left\n  # out is the site's default."
			if !w.ownMemory {
				note = "For its memory change\n  # the site file and package it again."
			}
			fmt.Fprintf(&out, "  # Requests and limits of the container, in place of all that the site has.\n  # %s\n  resources: {}\n", note)
		}
	}
	return out.String()
}

// object is a JSON object.
type object = map[string]any

// valuesSchema refuses what would not work, and misspelt values.
func valuesSchema(site *v1alpha1.AthensSite) object {
	properties := object{
		"global": object{"type": "object"}, // Helm hands it to every chart
		"host": object{
			"type": "string", "maxLength": 253,
			"pattern": `^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.[a-z]([a-z0-9-]*[a-z0-9])?$`,
		},
	}
	required := []string{"host"}
	if *site.Spec.Namespace.Create {
		properties["namespace"] = closed(object{"create": object{"type": "boolean"}}, "create")
		required = append(required, "namespace")
	}
	for _, w := range programs(site) {
		own := object{"image": object{"type": "string", "pattern": `^[^\s]+[:@][^\s/]+$`}}
		if !w.shaping {
			own["resources"] = resourcesSchema(w.ownMemory)
		}
		needs := []string{"image"}
		switch number, scales := w.choice(); {
		case scales:
			own["replicas"], own["autoscaling"] = count(1), closed(object{"maxReplicas": count(2)}, "maxReplicas")
			needs = append(needs, "replicas", "autoscaling")
		case number:
			own["replicas"] = count(2)
			needs = append(needs, "replicas")
		}
		properties[w.name] = closed(own, needs...)
		required = append(required, w.name)
	}
	schema := closed(properties, required...)
	schema["$schema"] = "http://json-schema.org/draft-07/schema#"
	schema["title"] = "Values of the site " + site.Name
	return schema
}

func closed(properties object, required ...string) object {
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func count(least int) object { return object{"type": "integer", "minimum": least} }

func resourcesSchema(memory bool) object {
	quantities := object{"type": "object", "additionalProperties": object{
		"type": []string{"string", "number"}, "pattern": `^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$`,
	}}
	if !memory {
		quantities["properties"] = object{"memory": false}
	}
	return object{"type": "object", "additionalProperties": false,
		"properties": object{"requests": quantities, "limits": quantities}}
}

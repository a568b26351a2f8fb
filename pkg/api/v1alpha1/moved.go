package v1alpha1

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		"spec.regions[].host":     "has moved to spec.regions[].overrides.host",
		"spec.regions[].secrets":  "has moved to spec.regions[].overrides.secrets",
		"spec.regions[].athens":   "has moved to spec.regions[].overrides.athens",
		"spec.regions[].lathens":  "has moved to spec.regions[].overrides.lathens",
		"spec.regions[].crathens": "has moved to spec.regions[].overrides.crathens",
		"spec.regions[].mesh":     "has moved to spec.regions[].overrides.mesh",
		"spec.regions[].azure":    "has moved to spec.regions[].overrides.azure",
		"spec.regions[].edge":     "has moved to spec.regions[].overrides.edge",

		"spec.edge.frontDoor.provision.in": "has moved to spec.edge.frontDoor.provision.region",
		"spec.azure.provision.storage.in":  "has moved to spec.azure.provision.storage.region",
		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
		"spec.athens.replicas.min":  "has moved to spec.athens.replicas: write replicas: N",
		"spec.athens.replicas.max":  "has moved to spec.athens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.lathens.replicas.min": "has moved to spec.lathens.replicas: write replicas: N",
		"spec.lathens.replicas.max": "has moved to spec.lathens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
	}
}

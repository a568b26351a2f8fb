package v1alpha1

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
		"spec.imagePullSecrets":                 "has moved to spec.images.pullSecretRefs: write images: {pullSecretRefs: [{name: NAME}]}",
		"spec.athens.serviceAccountAnnotations": "has moved to spec.athens.serviceAccount.annotations: write serviceAccount: {annotations: {KEY: VALUE}}",

		"spec.athens.upstream.proxies": "has moved to spec.athens.upstream.goproxy: write one text, as in \"https://mirror.example.com,direct\"",

		"spec.athens.replicas.min":  "has moved to spec.athens.replicas: write replicas: N",
		"spec.athens.replicas.max":  "has moved to spec.athens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
		"spec.lathens.replicas.min": "has moved to spec.lathens.replicas: write replicas: N",
		"spec.lathens.replicas.max": "has moved to spec.lathens.autoscaling.maxReplicas: write autoscaling: {maxReplicas: N} beside replicas, or leave it out for a number that is fixed",
	}
}

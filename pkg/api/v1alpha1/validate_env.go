package v1alpha1

import (
	"slices"
	"strings"

	"golang.org/x/mod/semver"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// env checks the environment for settings that the spec has no field for.
func (r *rules) env() {
	seen := map[string]int{}
	for i, e := range r.spec.Athens.Env {
		at := child(item("spec.athens.env", i), "name")
		if e.Name == "" {
			r.add(at, "is required; write a variable's name, as in ATHENS_CLOUD_RUNTIME")
			continue
		}
		if len(validation.IsEnvVarName(e.Name)) > 0 {
			r.add(at, "%q is not a variable's name; write letters, digits and underscores, as in ATHENS_CLOUD_RUNTIME", e.Name)
			continue
		}
		if first, ok := seen[e.Name]; ok {
			r.add(at, "%s is repeated, first at %s; remove one", e.Name, item("spec.athens.env", first))
			continue
		}
		seen[e.Name] = i
		r.known(at, e.Name)
		r.check(at, gitSetting(e.Name))
		r.check(at, r.sshSetting(e.Name))
		r.envServer(child(item("spec.athens.env", i), "value"), e)
		r.exporter(child(item("spec.athens.env", i), "value"), e)
		if at := child(item("spec.athens.env", i), "valueFrom"); e.Value != "" && e.ValueFrom != nil {
			r.add(at, "is next to value, but a variable has one of them; remove one")
		} else if e.ValueFrom != nil {
			r.valueFrom(at, e.ValueFrom)
		}
	}
}

// valueFrom checks where a variable's value comes from, as the API server does
// (ValidateEnvVarValueFrom in pkg/apis/core/validation).
func (r *rules) valueFrom(path string, from *corev1.EnvVarSource) {
	if from.FileKeyRef != nil {
		r.add(child(path, "fileKeyRef"), "reads a file of a volume that the site's pods do not have; write secretKeyRef or configMapKeyRef")
	} else {
		r.union(path, union{[]string{"secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef"}, true}, map[string]bool{
			"secretKeyRef": from.SecretKeyRef != nil, "configMapKeyRef": from.ConfigMapKeyRef != nil,
			"fieldRef": from.FieldRef != nil, "resourceFieldRef": from.ResourceFieldRef != nil}, true)
	}
	if ref := from.SecretKeyRef; ref != nil {
		r.check(path+".secretKeyRef.name", secretName(ref.Name))
		r.check(path+".secretKeyRef.key", secretDataKey(ref.Key))
	}
	if ref := from.ConfigMapKeyRef; ref != nil {
		r.check(path+".configMapKeyRef.name", dnsName(ref.Name))
		r.check(path+".configMapKeyRef.key", dataKey(ref.Key))
	}
	if ref := from.FieldRef; ref != nil {
		r.fieldRef(path+".fieldRef.fieldPath", ref.FieldPath)
	}
	if ref := from.ResourceFieldRef; ref != nil {
		r.enum(path+".resourceFieldRef.resource", ref.Resource, "limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage")
	}
}

// fieldRef checks a field of a pod that may become a variable.
func (r *rules) fieldRef(path, field string) {
	if name, key, ok := strings.Cut(field, "['"); ok && (name == "metadata.labels" || name == "metadata.annotations") &&
		strings.HasSuffix(key, "']") && len(validation.IsQualifiedName(strings.ToLower(strings.TrimSuffix(key, "']")))) == 0 {
		return
	}
	r.enum(path, field, "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels['KEY']", "metadata.annotations['KEY']",
		"spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs")
}

// gitSetting refuses the variables that configure git (git-config(1),
// ENVIRONMENT) or its protocols (git(1)): the site sets some of them, so that no
// repository sends git from HTTPS to plain HTTP, and others would undo that
// unseen.
func gitSetting(name string) string {
	if strings.HasPrefix(name, "GIT_CONFIG") || name == "GIT_ALLOW_PROTOCOL" || name == "GIT_PROTOCOL_FROM_USER" {
		return name + " would replace the site's setting for git that no repository redirects from HTTPS to plain HTTP; write the settings as athens.private.gitConfig: {text: …}, or in a Secret as {secretRef: …}, and remove the variable"
	}
	return ""
}

// sshSetting refuses the variables that name git's ssh (git(1)) where the site
// sets GIT_SSH_COMMAND itself: of the two one would be ignored unseen.
func (r *rules) sshSetting(name string) string {
	if (name == "GIT_SSH_COMMAND" || name == "GIT_SSH") && r.spec.Athens.Private.SSH() {
		return quote.Sprintf("%s contradicts athens.private.credentials, whose ssh gives git a command with the keys and the known_hosts of each host; remove one of the two", name)
	}
	return ""
}

// known checks a variable against what Athens' releases read. A name that none
// knows may be meant for a program beside Athens, so it passes.
func (r *rules) known(at, name string) {
	if strings.HasPrefix(name, "KUBERNETES_") {
		r.add(at, "%s cannot be set: Kubernetes sets it. Remove it", name)
		return
	}
	settings := releases.Lookup(name)
	if len(settings) == 0 {
		return
	}
	s, version := settings[0], r.spec.Athens.Version
	_, has := releases.Find(name, version)
	switch {
	case s.Field != "":
		r.add(at, "%s is what the field %s sets; write that", name, s.Field)
	case s.Fixed != "":
		r.add(at, "%s cannot be set: %s. Remove it", name, s.Fixed)
	case !has && semver.IsValid(version) && r.sound("spec.athens.version"):
		r.add(at, "%s is not read by Athens %s, which knows it %s; remove it, or write another athens.version", name, version, s.Span())
	}
}

// exporter checks Athens' own exporter, which with a wrong value only writes a
// line into its log.
func (r *rules) exporter(at string, e corev1.EnvVar) {
	version := r.spec.Athens.Version
	if e.Name != "ATHENS_TRACE_EXPORTER" || e.Value == "" || !semver.IsValid(version) || !r.sound("spec.athens.version") {
		return
	}
	if known := releases.TraceExporters(version); !slices.Contains(known, e.Value) {
		r.add(at, "is not an exporter of Athens %s, which would send no traces; write %s", version, orList(known))
	}
}

// workloadIdentity refuses what would bind Athens to an identity that it
// cannot use.
func (r *rules) workloadIdentity() {
	const (
		prefix = "azure.workload.identity/"
		reason = "asks for AKS Workload Identity, which Athens as released cannot use for blobs; write storage.azureBlob.credentials with secretRef or managedIdentity, and remove this"
	)
	a := &r.spec.Athens
	if a.Storage.AzureBlob == nil {
		return
	}
	for _, m := range []struct {
		path string
		keys map[string]string
	}{
		{"metadata.labels", r.site.Labels}, {"spec.pods.labels", r.spec.Pods.Labels}, {"spec.athens.pods.labels", a.Pods.Labels},
		{"spec.athens.serviceAccount.annotations", a.ServiceAccount.Annotations},
	} {
		for _, k := range sortedKeys(m.keys) {
			if strings.HasPrefix(k, prefix) {
				r.add(child(m.path, k), reason)
			}
		}
	}
	for i, e := range a.Env {
		switch e.Name {
		case "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST":
			r.add(child(item("spec.athens.env", i), "name"), "%s %s", e.Name, reason)
		}
	}
}

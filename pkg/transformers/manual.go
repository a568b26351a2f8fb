package transformers

import (
	"slices"
	"strings"
)

// Reference is a row of the manual: fields that MeshReferences updates.
type Reference struct {
	// Kinds that have the fields, as GROUP/KIND; * is any.
	Kinds []string
	// Names is what the fields name, in words.
	Names string
	// Fields are paths, with [] behind lists.
	Fields []string
}

// Derivation is a row of the manual: an object that a controller makes of another
// one and names after it, so that what names it is updated too.
type Derivation struct {
	// From and Kind are GROUP/KIND; Name is that of the object made, with that of
	// the other in the place of *.
	From, Kind, Name string
}

// meanings are what fields of a form name; of others it is the field's kind.
var meanings = map[form]string{
	host: "Service", authority: "Service, with or without a port", spacedHost: "Service, as NAMESPACE/HOST",
	inText: "Services in a text", anyText: "Services in texts at any depth", gateway: "Gateway, as NAME or NAMESPACE/NAME",
	namespace: "namespace", namespaces: "namespaces", principal: "ServiceAccount, as an identity", account: "ServiceAccount, as NAME or NAMESPACE/NAME",
	condition:  "values of conditions on source.principal, source.namespace, source.serviceAccount, connection.sni and the host headers",
	credential: "Secret in the namespace of the Gateway's pods", waypoint: "waypoint (istio.io/use-waypoint)",
	labels: "namespace, by the label kubernetes.io/metadata.name", query: "workloads and namespaces in PromQL",
	azure: "owner, references, and the Secrets that it reads",
}

// Manual are the rows of docs/transformers.md, in their order.
func Manual() (references []Reference, derived []Derivation) {
	add := func(kind string, fields []field) {
		at := len(references)
		for _, f := range fields {
			if f.form == hosted {
				continue
			}
			meaning, path := meanings[f.form], strings.Join(f.path, ".")
			if meaning == "" {
				_, meaning, _ = strings.Cut(f.meant, "/")
			}
			if meaning == "" {
				meaning = "the object of kind:"
			}
			i := slices.IndexFunc(references[at:], func(r Reference) bool { return r.Names == meaning })
			if i < 0 {
				i = len(references) - at
				references = append(references, Reference{Kinds: []string{kind}, Names: meaning})
			}
			references[at+i].Fields = append(references[at+i].Fields, path)
		}
	}
	add("*", everywhere)
	for _, kind := range fields().kinds {
		add(kind, fields().fields[kind])
	}
	for _, d := range derivations {
		derived = append(derived, Derivation{d.from, d.kind, d.name})
	}
	return together(references), derived
}

// together joins rows that differ in their kinds only.
func together(rows []Reference) (out []Reference) {
	for _, r := range rows {
		i := slices.IndexFunc(out, func(o Reference) bool { return o.Names == r.Names && slices.Equal(o.Fields, r.Fields) })
		if i < 0 {
			out = append(out, r)
		} else {
			out[i].Kinds = append(out[i].Kinds, r.Kinds...)
		}
	}
	return out
}

package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// object is a manifest as a test looks at it.
type object map[string]any

// objectsOf reads the manifests of a stream or of a ResourceList.
func objectsOf(t *testing.T, text string) []object {
	t.Helper()
	var out []object
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var o object
		err := dec.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if o["kind"] != "ResourceList" {
			out = append(out, o)
			continue
		}
		out = append(out, o.list("items")...)
	}
}

// at follows a path of keys; nil if it ends early.
func (o object) at(path ...string) any {
	var v any = o
	for _, key := range path {
		m, ok := v.(object)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

func (o object) text(path ...string) string {
	s, _ := o.at(path...).(string)
	return s
}

func (o object) object(path ...string) object {
	m, _ := o.at(path...).(object)
	return m
}

// list is a list of maps.
func (o object) list(path ...string) []object {
	items, _ := o.at(path...).([]any)
	var out []object
	for _, item := range items {
		if m, ok := item.(object); ok {
			out = append(out, m)
		}
	}
	return out
}

// texts is a list of strings.
func (o object) texts(path ...string) []string {
	items, _ := o.at(path...).([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (o object) kind() string      { return o.text("kind") }
func (o object) name() string      { return o.text("metadata", "name") }
func (o object) namespace() string { return o.text("metadata", "namespace") }
func (o object) id() string {
	group, _, _ := strings.Cut(o.text("apiVersion"), "/")
	return group + " " + o.kind() + " " + o.namespace() + "/" + o.name()
}

// template is the pod template of a workload.
func (o object) template() object {
	switch o.kind() {
	case "Deployment":
		return o.object("spec", "template")
	case "CronJob":
		return o.object("spec", "jobTemplate", "spec", "template")
	}
	return nil
}

// walk visits every string of a manifest.
func walk(v any, visit func(string)) {
	switch v := v.(type) {
	case object:
		for _, value := range v {
			walk(value, visit)
		}
	case []any:
		for _, value := range v {
			walk(value, visit)
		}
	case string:
		visit(v)
	}
}

// find is the object of a kind, a namespace and a name; nil if there is none.
func find(objects []object, kind, namespace, name string) object {
	for _, o := range objects {
		if o.kind() == kind && o.namespace() == namespace && o.name() == name {
			return o
		}
	}
	return nil
}

// selected are the workloads whose pods have the labels.
func selected(objects []object, namespace string, labels object) []object {
	var out []object
	for _, o := range objects {
		if t := o.template(); t != nil && o.namespace() == namespace && subset(labels, t.object("metadata", "labels")) {
			out = append(out, o)
		}
	}
	return out
}

func subset(part, whole object) bool {
	for k, v := range part {
		if whole[k] != v {
			return false
		}
	}
	return true
}

// seconds of a duration as Istio writes it; 0 if there is none.
func seconds(s string) float64 {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0
	}
	return d.Seconds()
}

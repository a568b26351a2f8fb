package sitetest

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// Live is a List as kubectl prints it: with what the API server and controllers add.
func Live(t testing.TB, docs []*yaml.Node) *yaml.Node {
	t.Helper()
	list := tree.Map(tree.String("apiVersion"), tree.String("v1"), tree.String("kind"), tree.String("List"))
	items := tree.List()
	add := func(o *yaml.Node, text string, path ...string) {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		tree.Set(o, path, doc.Content[0])
	}
	for _, doc := range docs {
		o := tree.Clone(doc)
		add(o, "6c1e0000-0000-4000-8000-000000000000", "metadata", "uid")
		add(o, "\"12345\"", "metadata", "resourceVersion")
		add(o, "2026-01-02T03:04:05Z", "metadata", "creationTimestamp")
		add(o, "[{manager: kubectl, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {f:spec: {}}}]", "metadata", "managedFields")
		add(o, "{observedGeneration: 1, conditions: []}", "status")
		switch tree.Text(o, "kind") {
		case "Deployment":
			add(o, "600", "spec", "progressDeadlineSeconds")
			add(o, "ClusterFirst", "spec", "template", "spec", "dnsPolicy")
			add(o, "null", "spec", "template", "metadata", "creationTimestamp")
			items.Content = append(items.Content, replicaSet(t, o, add))
		case "Service":
			add(o, "10.0.0.7", "spec", "clusterIP")
			add(o, "None", "spec", "sessionAffinity")
		}
		items.Content = append(items.Content, o)
	}
	tree.Put(list, "items", items)
	return list
}

// replicaSet is what a Deployment makes.
func replicaSet(t testing.TB, deployment *yaml.Node, add func(o *yaml.Node, text string, path ...string)) *yaml.Node {
	t.Helper()
	o := tree.Clone(deployment)
	name := tree.Text(o, "metadata", "name")
	add(o, "ReplicaSet", "kind")
	add(o, name+"-5d8f9", "metadata", "name")
	add(o, "[{apiVersion: apps/v1, kind: Deployment, name: "+name+", uid: x, controller: true}]", "metadata", "ownerReferences")
	add(o, "5d8f9", "spec", "template", "metadata", "labels", "pod-template-hash")
	return o
}

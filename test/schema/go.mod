module github.com/gomods/athens-kfn/test/schema

go 1.26.0

require github.com/gomods/athens-kfn v0.0.0

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // indirect
	golang.org/x/text v0.42.0 // indirect
	sigs.k8s.io/controller-tools v0.23.0 // indirect
)

replace github.com/gomods/athens-kfn => ../..

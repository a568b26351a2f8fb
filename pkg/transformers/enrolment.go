package transformers

import "go.yaml.in/yaml/v3"

func (r *run) enrolment([]*yaml.Node) { r.fail(r.config, "kind", "is not there yet") }

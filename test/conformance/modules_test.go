package conformance

import (
	// The modules of operators whose CRDs are read, at the versions of go.mod.
	_ "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	_ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
)

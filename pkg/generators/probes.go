package generators

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/companions"
)

// startupProbe gives the program 150 seconds: Athens waits 30 for a database
// that is not there, and several times so.
func startupProbe() *corev1.Probe {
	p := probe("/healthz")
	p.PeriodSeconds = 5
	p.FailureThreshold = 30
	return p
}

// livenessProbe only asks whether the process answers: one that is busy or has
// lost its storage is not cured by a restart.
func livenessProbe() *corev1.Probe {
	p := probe("/healthz")
	p.FailureThreshold = 6
	return p
}

// readinessProbe of Athens lists from its storage, which may take a second.
func readinessProbe() *corev1.Probe { return probe("/readyz") }

func probe(path string) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:   corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString(PortName)}},
		TimeoutSeconds: 5,
	}
}

// preStop waits without a shell, by the kubelet itself (Kubernetes 1.30).
func preStop() *corev1.Lifecycle {
	return &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{
		Sleep: &corev1.SleepAction{Seconds: int64(companions.PreStop / time.Second)},
	}}
}

// gracePeriod is in seconds.
func gracePeriod(shutdown time.Duration) int64 {
	return int64(companions.GracePeriod(shutdown) / time.Second)
}

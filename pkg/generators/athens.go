package generators

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// AthensBase is what Athens' pods stand on: ServiceAccount, ConfigMap if there
// are files, PersistentVolumeClaim with disk storage, Service.
func AthensBase(site *v1alpha1.AthensSite) []Object {
	return slices.Concat(
		athensAccount(site),
		athensConfigMap(site),
		storageClaim(site),
		[]Object{service(site, Athens)},
	)
}

func athensAccount(site *v1alpha1.AthensSite) []Object {
	if !*site.Spec.Athens.ServiceAccount.Create {
		return nil
	}
	account := serviceAccount(site, Athens)
	account.Annotations = accountAnnotations(&site.Spec.Athens)
	return []Object{account}
}

// accountAnnotations bind Athens' ServiceAccount to the identity that the
// storage's credentials name, and are what the spec adds.
func accountAnnotations(a *v1alpha1.Athens) map[string]string {
	out := maps.Clone(a.ServiceAccount.Annotations)
	bind := func(annotation, identity string) {
		if out == nil {
			out = map[string]string{}
		}
		out[annotation] = identity
	}
	if s := a.Storage.S3; s != nil && s.Credentials != nil && s.Credentials.IRSA != nil {
		bind(v1alpha1.IRSAAnnotation, s.Credentials.IRSA.RoleARN)
	}
	if g := a.Storage.GCS; g != nil && g.Credentials != nil && g.Credentials.WorkloadIdentity != nil {
		bind(v1alpha1.WorkloadIdentityAnnotation, g.Credentials.WorkloadIdentity.ServiceAccount)
	}
	return out
}

// AthensWorkload is Athens' Deployment with, where replicas ask for them, its
// HorizontalPodAutoscaler and PodDisruptionBudget.
func AthensWorkload(site *v1alpha1.AthensSite) []Object {
	a := &site.Spec.Athens
	r := athensReplicas(a)
	version := map[string]string{"app.kubernetes.io/version": labelValue(a.Version)}

	template := podTemplate(site, Athens, r, athensContainer(site))
	maps.Copy(template.Labels, version)
	maps.Copy(template.Labels, listLabels(site, listOrigin))
	if a.BasicAuth == nil { // with it, /metrics asks for the password too
		annotate(&template, metricsAnnotations(AthensPort))
	}
	if files := athensFiles(a); len(files) > 0 {
		annotate(&template, map[string]string{ConfigHashAnnotation: configHash(files)})
	}
	template.Spec.SecurityContext.FSGroup = new(int64(userID))
	// A module store has many files: do not walk them at every start.
	template.Spec.SecurityContext.FSGroupChangePolicy = new(corev1.FSGroupChangeOnRootMismatch)
	template.Spec.TerminationGracePeriodSeconds = new(gracePeriod(a.Timeouts.Shutdown.Duration))
	template.Spec.InitContainers = trustContainers(site)
	template.Spec.Volumes = volumes(athensMounts(site))

	d := deployment(site, Athens, r, template)
	maps.Copy(d.Labels, version)
	d.Spec.Strategy = athensStrategy(a.Storage)
	return slices.Concat([]Object{d}, autoscale(site, Athens, r))
}

// athensContainer leaves command and args to the image: its entry point is
// tini, which reaps the processes that go and git leave behind.
func athensContainer(site *v1alpha1.AthensSite) corev1.Container {
	a := &site.Spec.Athens
	return corev1.Container{
		Name:           Athens,
		Image:          a.Image,
		Ports:          containerPorts(AthensPort),
		Env:            athensEnv(site),
		Resources:      *a.Resources,
		VolumeMounts:   volumeMounts(athensMounts(site)),
		StartupProbe:   startupProbe(),
		LivenessProbe:  livenessProbe(),
		ReadinessProbe: readinessProbe(),
		Lifecycle:      preStop(),
	}
}

// athensMounts are all volumes of Athens' pods. The root file system is
// read-only: Athens writes to /tmp, to HOME and to disk storage.
func athensMounts(site *v1alpha1.AthensSite) []mount {
	return slices.Concat(
		[]mount{
			workMount(site),
			emptyDir("home", homeDir, homeLimit()),
		},
		athensSources(site),
		vaultMounts(site, Athens),
	)
}

// athensSources are the volumes of Athens' pods that hold modules, and files of
// Secrets and ConfigMaps.
func athensSources(site *v1alpha1.AthensSite) []mount {
	a := &site.Spec.Athens
	return slices.Concat(storageMounts(site), tlsMounts(a), configMounts(site), privateMounts(&site.Spec.Athens), athensTrustMounts(site), fileMounts(a))
}

// labelValue turns a version into what a label may hold, as Helm does.
func labelValue(version string) string { return strings.ReplaceAll(version, "+", "_") }

package generators

import (
	"slices"
	"strconv"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Where crathens finds the modules that the spec names.
const (
	modulesDir  = "/etc/crathens/"
	modulesFile = "modules.txt"
	goSumsDir   = "/etc/crathens-go-sums/"
)

// CrathensObjects are all objects of crathens: ServiceAccount, ConfigMap if
// modules are named, CronJob.
func CrathensObjects(site *v1alpha1.AthensSite) []Object {
	c := &site.Spec.Crathens
	if !*c.Enabled {
		return nil
	}
	out := []Object{serviceAccount(site, Crathens)}
	if len(c.Modules) > 0 {
		out = append(out, configMap(site, Crathens, map[string]string{
			modulesFile: strings.Join(c.Modules, "\n") + "\n",
		}))
	}
	return append(out, crathensJob(site))
}

// crathensJob runs one walk at a time; one that was cut short goes on at the
// next, because what is stored already is not asked for again.
func crathensJob(site *v1alpha1.AthensSite) *batchv1.CronJob {
	c := &site.Spec.Crathens
	return &batchv1.CronJob{
		TypeMeta:   Type("batch/v1", "CronJob"),
		ObjectMeta: Meta(site, Name(site, Crathens), Crathens),
		Spec: batchv1.CronJobSpec{
			Schedule:          c.Schedule,
			TimeZone:          new("Etc/UTC"),
			ConcurrencyPolicy: batchv1.ForbidConcurrent,
			// Written where it is false too: an apply resumes what was paused by hand.
			Suspend:                    new(c.Suspend),
			StartingDeadlineSeconds:    new(int64(600)),
			SuccessfulJobsHistoryLimit: new(int32(1)),
			FailedJobsHistoryLimit:     new(int32(3)),
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{
				ActiveDeadlineSeconds: new(int64(c.Deadline.Duration / time.Second)),
				BackoffLimit:          new(int32(2)),
				Template:              crathensPod(site),
			}},
		},
	}
}

func crathensPod(site *v1alpha1.AthensSite) corev1.PodTemplateSpec {
	c := &site.Spec.Crathens
	mounts := crathensMounts(site)
	template := podTemplate(site, Crathens, replicas{1, 1}, corev1.Container{
		Name:  Crathens,
		Image: c.Image,
		Args:  crathensArgs(site),
		Env: slices.Concat([]corev1.EnvVar{memoryGoal(companions.CrathensMemory(), c.Resources)},
			crathensTrust(site), crathensProxy(site), basicAuthEnv(site.Spec.Athens.BasicAuth), companionTracing(site)),
		Resources:    *c.Resources,
		VolumeMounts: volumeMounts(mounts),
	})
	if site.Spec.Metrics != nil {
		template.Spec.Containers[0].Ports = containerPorts(crathensPort)
		annotate(&template, metricsAnnotations(crathensPort))
	}
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	template.Spec.Volumes = volumes(mounts)
	return template
}

// crathensArgs are the flags of cmd/crathens; rate is requests in a second.
func crathensArgs(site *v1alpha1.AthensSite) []string {
	c := &site.Spec.Crathens
	args := []string{
		"--athens=" + URL(site, Athens),
		"--max-versions-per-module=" + number(c.MaxVersionsPerModule),
		"--concurrency=" + number(c.Concurrency),
		"--rate=" + number(c.RatePerSecond),
		"--catalog-page-size=" + number(c.CatalogPageSize),
	}
	for _, s := range c.Sources {
		args = append(args, "--from="+quote.Kubernetes(s.URL))
	}
	if len(c.Modules) > 0 {
		args = append(args, "--modules-file="+modulesDir+modulesFile)
	}
	for i := range c.GoSums {
		args = append(args, "--go-sum="+goSumsDir+goSumFile(i))
	}
	if site.Spec.Metrics != nil {
		args = append(args, "--metrics-listen=:"+number(crathensPort))
	}
	return args
}

func crathensMounts(site *v1alpha1.AthensSite) []mount {
	return append(crathensSources(site), vaultMounts(site, Crathens)...)
}

// crathensSources are the volumes that hold files of Secrets and ConfigMaps.
func crathensSources(site *v1alpha1.AthensSite) (out []mount) {
	if len(site.Spec.Crathens.Modules) > 0 {
		out = append(out, configFiles("modules", modulesDir, Name(site, Crathens)))
	}
	var goSums []refFile
	for i := range site.Spec.Crathens.GoSums {
		goSums = append(goSums, refFile{v1alpha1.FileRef{ConfigMapRef: &site.Spec.Crathens.GoSums[i].ConfigMapRef}, goSumFile(i)})
	}
	if len(goSums) > 0 {
		out = append(out, refFiles("go-sums", goSumsDir, 0o444, goSums...))
	}
	if crathensCallsOut(site) {
		out = append(out, trustMounts(site)...)
	}
	return out
}

func goSumFile(i int) string { return strconv.Itoa(i) + ".sum" }

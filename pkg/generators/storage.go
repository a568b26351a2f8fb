package generators

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// diskRoot is where the volume of disk storage is mounted.
const diskRoot = "/var/lib/athens"

// gcsKeyFile is where the service account key of a bucket is mounted.
const gcsKeyFile = secretDir + "gcp/key.json"

// storageEnv tells Athens where modules are kept.
func storageEnv(s *v1alpha1.Storage) []corev1.EnvVar {
	const kind = "ATHENS_STORAGE_TYPE"
	switch {
	case s.Disk != nil:
		return []corev1.EnvVar{env(kind, "disk"), env("ATHENS_DISK_STORAGE_ROOT", diskRoot)}
	case s.Mongo != nil:
		return []corev1.EnvVar{
			env(kind, "mongo"),
			refEnv("ATHENS_MONGO_STORAGE_URL", s.Mongo.URL.SecretRef),
			env("ATHENS_MONGO_DEFAULT_DATABASE", s.Mongo.Database),
			env("ATHENS_MONGO_DEFAULT_COLLECTION", s.Mongo.Collection),
		}
	case s.AzureBlob != nil:
		return append([]corev1.EnvVar{env(kind, "azureblob")}, azureEnv(s.AzureBlob)...)
	case s.GCS != nil:
		return append([]corev1.EnvVar{env(kind, "gcp")}, gcsEnv(s.GCS)...)
	case s.S3 != nil:
		return append([]corev1.EnvVar{env(kind, "s3")}, s3Env(s.S3)...)
	case s.Minio != nil:
		return append([]corev1.EnvVar{env(kind, "minio")}, minioEnv(s.Minio)...)
	case s.External != nil:
		return []corev1.EnvVar{env(kind, "external"), env("ATHENS_EXTERNAL_STORAGE_URL", s.External.URL)}
	default:
		return []corev1.EnvVar{env(kind, "memory")}
	}
}

func azureEnv(b *v1alpha1.AzureBlob) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env("ATHENS_AZURE_ACCOUNT_NAME", b.Account),
		env("ATHENS_AZURE_CONTAINER_NAME", b.Container),
	}
	if ref := b.Credentials.SecretRef; ref != nil {
		out = append(out, refEnv("ATHENS_AZURE_ACCOUNT_KEY", *ref))
	}
	if id := b.Credentials.ManagedIdentity; id != nil {
		out = append(out,
			env("ATHENS_AZURE_MANAGED_IDENTITY_RESOURCE_ID", id.ResourceID),
			env("ATHENS_AZURE_CREDENTIAL_SCOPE", id.Scope))
	}
	return out
}

// gcsEnv gives the key as a file to Google's own library:
// ATHENS_STORAGE_GCP_JSON_KEY would want it in base64.
func gcsEnv(g *v1alpha1.GCS) []corev1.EnvVar {
	out := append([]corev1.EnvVar{env("ATHENS_STORAGE_GCP_BUCKET", g.Bucket)}, envIf("GOOGLE_CLOUD_PROJECT", g.ProjectID)...)
	if g.Credentials != nil && g.Credentials.SecretRef != nil {
		out = append(out, env("GOOGLE_APPLICATION_CREDENTIALS", gcsKeyFile))
	}
	return out
}

// s3Env leaves the credentials to the AWS SDK's own chain, which finds keys in
// the environment and the role of a ServiceAccount. Without
// AWS_USE_DEFAULT_CONFIGURATION Athens knows no roles, and falls back to the
// placeholder keys of its image.
func s3Env(s *v1alpha1.S3) []corev1.EnvVar {
	out := append([]corev1.EnvVar{
		env("AWS_REGION", s.Region),
		env("ATHENS_S3_BUCKET_NAME", s.Bucket),
		env("AWS_USE_DEFAULT_CONFIGURATION", "true"),
		env("AWS_FORCE_PATH_STYLE", strconv.FormatBool(s.ForcePathStyle)),
	}, envIf("AWS_ENDPOINT", s.Endpoint)...)
	if s.TLS != nil {
		out = append(out, env("AWS_CA_BUNDLE", s3Dir+caFile))
	}
	if s.Credentials == nil || s.Credentials.SecretRef == nil {
		return out
	}
	ref := s.Credentials.SecretRef
	out = append(out,
		secretEnv("AWS_ACCESS_KEY_ID", ref.Name, ref.Keys.AccessKeyID),
		secretEnv("AWS_SECRET_ACCESS_KEY", ref.Name, ref.Keys.SecretAccessKey))
	if token := ref.Keys.SessionToken; token != "" {
		out = append(out, secretEnv("AWS_SESSION_TOKEN", ref.Name, token))
	}
	return out
}

func minioEnv(m *v1alpha1.Minio) []corev1.EnvVar {
	out := append([]corev1.EnvVar{
		env("ATHENS_MINIO_ENDPOINT", m.Endpoint),
		env("ATHENS_MINIO_USE_SSL", strconv.FormatBool(m.TLS != nil)),
		env("ATHENS_MINIO_BUCKET_NAME", m.Bucket),
	}, envIf("ATHENS_MINIO_REGION", m.Region)...)
	ref := &m.Credentials.SecretRef
	return append(out,
		secretEnv("ATHENS_MINIO_ACCESS_KEY_ID", ref.Name, ref.Keys.AccessKeyID),
		secretEnv("ATHENS_MINIO_SECRET_ACCESS_KEY", ref.Name, ref.Keys.SecretAccessKey))
}

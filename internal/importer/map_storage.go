package importer

import (
	"encoding/base64"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// storage is where modules are kept. What its kinds have in fields of their own
// type is converted with all other settings.
func (m *mapping) storage(s setting) {
	a := &m.spec().Athens
	if a.Storage == nil {
		a.Storage = &v1alpha1.Storage{}
	}
	switch to := a.Storage; strings.ToLower(s.Value) {
	case "memory":
		to.Memory = &v1alpha1.Empty{}
	case "disk":
		to.Disk = &v1alpha1.Disk{}
		m.disk(to.Disk)
	case "mongo":
		to.Mongo = &v1alpha1.Mongo{}
		m.mongo(to.Mongo)
	case "azureblob":
		to.AzureBlob = &v1alpha1.AzureBlob{}
		if ref, ok := m.ref("ATHENS_AZURE_ACCOUNT_KEY", "azure", "accountKey"); ok {
			to.AzureBlob.Credentials.SecretRef = &secretValue(ref, "accountKey").SecretRef
		}
	case "gcp":
		to.GCS = &v1alpha1.GCS{}
		m.gcs(to.GCS)
	case "s3":
		to.S3 = &v1alpha1.S3{}
		m.s3(to.S3)
	case "minio":
		to.Minio = &v1alpha1.Minio{}
		names := []string{"ATHENS_MINIO_ACCESS_KEY_ID", "ATHENS_MINIO_SECRET_ACCESS_KEY"}
		if secret, keys, ok := m.pair("minio", names, []string{"accessKey", "secretKey"}); ok {
			to.Minio.Credentials.SecretRef = v1alpha1.MinioSecretRef{Name: secret, Keys: v1alpha1.MinioKeys{
				AccessKeyID: unless(keys[0], "accessKey"), SecretAccessKey: unless(keys[1], "secretKey")}}
		}
		if m.setting("ATHENS_MINIO_USE_SSL").Value == "true" {
			to.Minio.TLS = &v1alpha1.TLS{}
		}
	case "external":
		to.External = &v1alpha1.External{}
	default:
		a.Storage = nil
		m.leave("ATHENS_STORAGE_TYPE", "%s: write spec.athens.storage", unknownKind(s))
	}
}

// unknownKind is what is wrong with a setting that names one of several kinds.
func unknownKind(s setting) string {
	if !s.Clear() {
		return "its value is not known"
	}
	return quote.Sprintf("%q is none that a site has", s.Value)
}

// disk is a volume: the claim that Athens has today is used again.
func (m *mapping) disk(d *v1alpha1.Disk) {
	root := m.setting("ATHENS_DISK_STORAGE_ROOT")
	at := m.at(root.Value)
	switch {
	case root.written == "" && root.Value == "":
		m.leave("ATHENS_DISK_STORAGE_ROOT", "is not set, and Athens does not start without it: write spec.athens.storage.disk.claimRef with the claim that holds modules, if there is one")
	case root.Value == "" || !root.Clear():
		m.leave("ATHENS_DISK_STORAGE_ROOT", "its value is not known: write spec.athens.storage.disk.claimRef with the claim that holds the modules")
	case at.kind == "PersistentVolumeClaim" && at.name != "":
		d.ClaimRef = &v1alpha1.LocalRef{Name: at.name}
		if at.inside != "" {
			m.why[volumeKey] = "the site mounts the root of the claim: move the modules there, or patch the Deployment with a subPath"
		}
		modes := tree.Items(m.claim(at.name), "accessModes")
		for _, mode := range modes {
			if mode.Value == "ReadWriteMany" {
				d.AccessMode = mode.Value
			}
		}
		if len(modes) == 0 {
			m.todo("claim "+at.name, "its access mode is not among the manifests: write spec.athens.storage.disk.accessMode: ReadWriteMany if it has that one")
		}
	case at.kind == "" && at.unknown == "", at.kind == "emptyDir":
		m.why[volumeKey] = "the modules of today go with their pod; the site keeps them on a new volume"
	default:
		m.leave(volumeKey, "the modules are in %s, which no field of the spec mounts: copy them to a PersistentVolumeClaim, and write spec.athens.storage.disk.claimRef", at)
	}
}

// claim is the spec of a claim, or of the template that makes it; nil if it is not
// among the objects.
func (r *running) claim(name string) *yaml.Node {
	for _, t := range tree.Items(r.of.node, "spec", "volumeClaimTemplates") {
		if tree.Text(t, "metadata", "name")+"-"+r.of.Name+"-0" == name {
			return tree.Get(t, "spec")
		}
	}
	return tree.Get(r.find("PersistentVolumeClaim", name), "spec")
}

// mongo is a connection string, which has a login in it.
func (m *mapping) mongo(to *v1alpha1.Mongo) {
	const name, hosts = "ATHENS_MONGO_STORAGE_URL", "spec.athens.storage.mongo.hosts"
	if ref, ok := m.ref(name, "mongo", "url"); ok {
		to.URL = *secretValue(ref, "url")
	}
	s := m.setting(name)
	text := s.Value
	if s.SecretName != "" {
		text = m.secretText(s.SecretName, s.SecretKey)
	}
	u, err := url.Parse(text)
	if err != nil || s.Unknown != "" || u.Scheme != "mongodb" {
		m.todo(name, "write the servers of the connection string, host:port each, as %s: they open the network to them", hosts)
		return
	}
	for _, host := range commaSplit(u.Host) {
		if account, cloud := v1alpha1.CosmosAccount(strings.Split(host, ":")[0]); account != "" {
			to.Cosmos = &v1alpha1.Cosmos{Account: account}
			m.spec().Azure.Cloud = unless(cloud, v1alpha1.AzurePublic)
			continue
		}
		if !strings.Contains(host, ":") {
			host += ":27017"
		}
		to.Hosts = append(to.Hosts, host)
	}
}

// secretText is what a Secret holds that is among the objects; empty for none. It
// is a password: only the servers in a connection string are taken from it.
func (r *running) secretText(name, key string) string {
	secret := r.find("Secret", name)
	if text := tree.Text(secret, "stringData", key); text != "" {
		return text
	}
	text, err := base64.StdEncoding.DecodeString(tree.Text(secret, "data", key)) // error dropped: no Secret of a cluster is so
	if err != nil {
		return ""
	}
	return string(text)
}

// gcs is a bucket, reached with a key or with the identity of the ServiceAccount.
func (m *mapping) gcs(to *v1alpha1.GCS) {
	file := m.setting("GOOGLE_APPLICATION_CREDENTIALS")
	at := m.at(file.Value)
	identity := tree.Text(m.accountNotes(), v1alpha1.WorkloadIdentityAnnotation)
	switch {
	case file.Value != "" && at.kind == "Secret":
		to.Credentials = &v1alpha1.GCSCredentials{SecretRef: &secretValue(KeyRef{at.name, at.inside}, "key.json").SecretRef}
	case file.Value != "":
		m.leave(file.name(), "it names %s: write spec.athens.storage.gcs.credentials with a Secret", at)
	case m.setting("ATHENS_STORAGE_GCP_JSON_KEY").written != "":
		ref := KeyRef{m.site.Name + "-gcs", "key.json"}
		m.moved["ATHENS_STORAGE_GCP_JSON_KEY"] = ref
		to.Credentials = &v1alpha1.GCSCredentials{SecretRef: &v1alpha1.SecretKeyRef{Name: ref.Name}}
		m.todo("Secret "+ref.Name, "make it in the namespace %s with the key %s, from ATHENS_STORAGE_GCP_JSON_KEY: it is in base64 there, and a file here", m.site.Namespace, ref.Key)
	case identity != "":
		to.Credentials = &v1alpha1.GCSCredentials{WorkloadIdentity: &v1alpha1.WorkloadIdentity{ServiceAccount: identity}}
	default:
		m.accountUnread("storage in a bucket")
	}
}

// s3 is a bucket, reached with keys or with the identity of the ServiceAccount.
func (m *mapping) s3(to *v1alpha1.S3) {
	names := []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
	role := tree.Text(m.accountNotes(), v1alpha1.IRSAAnnotation)
	if secret, keys, ok := m.pair("s3", names, names); ok {
		to.Credentials = &v1alpha1.S3Credentials{SecretRef: &v1alpha1.S3SecretRef{Name: secret, Keys: v1alpha1.S3Keys{
			AccessKeyID: unless(keys[0], names[0]), SecretAccessKey: unless(keys[1], names[1]), SessionToken: keys[2]}}}
	} else if role != "" {
		to.Credentials = &v1alpha1.S3Credentials{IRSA: &v1alpha1.IRSA{RoleARN: role}}
	} else {
		m.accountUnread("storage in a bucket")
	}
	m.why["AWS_USE_DEFAULT_CONFIGURATION"] = "the site lets AWS' library find the credentials, which takes keys of the environment first"
}

func (r *running) accountNotes() *yaml.Node {
	if r.account == nil {
		return nil
	}
	return tree.Get(r.account.node, "metadata", "annotations")
}

// accountUnread notes a ServiceAccount that may name an identity and is not among
// the objects.
func (m *mapping) accountUnread(what string) {
	if m.account == nil && m.accountName() != "default" {
		m.leave("ServiceAccount "+m.accountName(), "is not among the manifests, and %s has no other credentials: add it, so that the identity in its annotations is read", what)
	}
}

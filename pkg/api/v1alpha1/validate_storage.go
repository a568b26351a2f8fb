package v1alpha1

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// storage checks the place where modules are kept.
func (r *rules) storage() {
	const path = "spec.athens.storage"
	s := r.spec.Athens.Storage
	if d := s.Disk; d != nil {
		r.disk(child(path, "disk"), d)
	}
	if m := s.Mongo; m != nil {
		r.mongo(child(path, "mongo"), m)
	}
	if b := s.AzureBlob; b != nil {
		r.azureBlob(child(path, "azureBlob"), b)
	}
	if g := s.GCS; g != nil {
		r.gcs(child(path, "gcs"), g)
	}
	if b := s.S3; b != nil {
		r.s3(child(path, "s3"), b)
	}
	if m := s.Minio; m != nil {
		at := child(path, "minio")
		r.required(child(at, "endpoint"), m.Endpoint, "host:port, as in minio.storage.svc."+r.spec.ClusterDomain+":9000", hostPerhapsPort)
		r.check(child(at, "bucket"), bucket(m.Bucket, lowers+digits+"-."))
		r.optional(child(at, "region"), m.Region, func(s string) string { return word(s, "-_.", "a region", "us-east-1") })
		r.tls(child(at, "tls"), m.TLS, noOwnTLS("MinIO"))
		ref := &m.Credentials.SecretRef
		r.check(at+".credentials.secretRef.name", secretName(ref.Name))
		r.check(at+".credentials.secretRef.keys.accessKeyID", secretDataKey(ref.Keys.AccessKeyID))
		r.check(at+".credentials.secretRef.keys.secretAccessKey", secretDataKey(ref.Keys.SecretAccessKey))
	}
	if e := s.External; e != nil {
		r.server(path+".external.url", e.URL, httpURL)
	}
}

func (r *rules) disk(path string, d *Disk) {
	r.enum(child(path, "accessMode"), d.AccessMode, "ReadWriteOnce", "ReadWriteMany")
	r.size(child(path, "size"), d.Size)
	r.optional(child(path, "storageClassName"), d.StorageClassName, dnsName)
	if d.WhenDeleted != "" { // a claim of someone else has none
		r.enum(child(path, "whenDeleted"), d.WhenDeleted, WhenDeletedRetain, WhenDeletedDelete)
	}
	if d.ClaimRef != nil {
		r.check(path+".claimRef.name", dnsName(d.ClaimRef.Name))
	}
}

func (r *rules) mongo(path string, m *Mongo) {
	r.secretKey(path+".url.secretRef", m.URL.SecretRef)
	r.check(child(path, "database"), databaseName(m.Database, "database", "athens"))
	r.check(child(path, "collection"), collectionName(m.Collection))
	r.each(child(path, "hosts"), m.Hosts, hostPerhapsPort)
	if c := m.Cosmos; c != nil {
		at := child(path, "cosmos")
		if len(c.Account) < 3 || len(c.Account) > 44 || !inSet(c.Account, lowers+digits+"-") || strings.Trim(c.Account, "-") != c.Account {
			r.add(child(at, "account"), "%q is not a Cosmos DB account; write its name alone, 3 to 44 lower case letters, digits and hyphens, as in acme-gomods", c.Account)
		}
		r.each(child(at, "regions"), c.Regions, r.azureRegion)
	}
}

func (r *rules) azureBlob(path string, b *AzureBlob) {
	const domain = ".blob.core.windows.net"
	at := child(path, "account")
	switch name, isHost := strings.CutSuffix(b.Account, domain); {
	case b.Account == "":
		r.add(at, "is required; write the name of the storage account, as in athensweu")
	case isHost:
		r.add(at, "%q is a host; write the account's name alone, %s", b.Account, quote.Short(name))
	case len(b.Account) < 3 || len(b.Account) > 24 || !inSet(b.Account, lowers+digits):
		r.add(at, "%q is not a storage account; write its name, 3 to 24 lower case letters and digits, as in athensweu", b.Account)
	}
	at = child(path, "container")
	if c := b.Container; c == "" {
		r.add(at, "is required; write the name of the blob container, as in gomods")
	} else if len(c) < 3 || len(c) > 63 || !inSet(c, lowers+digits+"-") || strings.Trim(c, "-") != c || strings.Contains(c, "--") {
		r.add(at, "%q is not a blob container; write 3 to 63 lower case letters, digits and single hyphens, as in gomods", c)
	}
	at = child(path, "credentials")
	c := &b.Credentials
	if c.SecretRef == nil && c.ManagedIdentity == nil {
		r.add(at, "is required; write secretRef: {name: …} for an account key, or managedIdentity: {resourceID: …} for an identity of the nodes")
	}
	if c.SecretRef != nil {
		r.secretKey(child(at, "secretRef"), *c.SecretRef)
	}
	if id := c.ManagedIdentity; id != nil {
		at = child(at, "managedIdentity")
		if !isResource(id.ResourceID, "Microsoft.ManagedIdentity/userAssignedIdentities") {
			r.add(child(at, "resourceID"), "%q is not the resource ID of a user-assigned identity; write /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.ManagedIdentity/userAssignedIdentities/<name>", id.ResourceID)
		}
		r.check(child(at, "scope"), httpURL(id.Scope))
	}
}

func (r *rules) gcs(path string, g *GCS) {
	r.check(child(path, "bucket"), bucket(g.Bucket, lowers+digits+"-_."))
	r.optional(child(path, "projectID"), g.ProjectID, projectID)
	if g.Credentials != nil {
		r.gcsCredentials(child(path, "credentials"), g.Credentials)
	}
}

func isUUID(s string) bool {
	parts := strings.Split(s, "-")
	lengths := []int{8, 4, 4, 4, 12}
	if len(parts) != len(lengths) {
		return false
	}
	for i, p := range parts {
		if len(p) != lengths[i] || !inSet(strings.ToLower(p), digits+"abcdef") {
			return false
		}
	}
	return true
}

func (r *rules) s3(path string, b *S3) {
	if at := child(path, "region"); b.Region == "" {
		r.add(at, "is required; write the bucket's region, as in eu-central-1")
	} else if !inSet(b.Region, lowers+digits+"-") || strings.Trim(b.Region, "-") != b.Region {
		r.add(at, "%q is not a region; write it as AWS does, as in eu-central-1", b.Region)
	}
	r.check(child(path, "bucket"), bucket(b.Bucket, lowers+digits+"-."))
	if b.Endpoint != "" {
		at := child(path, "endpoint")
		if r.check(at, httpURL(b.Endpoint)) && !b.ForcePathStyle {
			r.check(at, reachable(b.Bucket+"."+HostOf(b.Endpoint)))
		}
	}
	if c := b.Credentials; c != nil {
		r.s3Credentials(child(path, "credentials"), c)
	}
	r.s3TLS(child(path, "tls"), b)
}

// s3TLS checks the authorities of an endpoint, which AWS' library takes for all
// that it calls (AWS_CA_BUNDLE).
func (r *rules) s3TLS(path string, b *S3) {
	if b.TLS == nil {
		return
	}
	not := noOwnTLS("S3")
	not.caRef = ""
	r.tls(path, b.TLS, not)
	switch role := b.Credentials == nil || b.Credentials.IRSA != nil; {
	case !strings.HasPrefix(b.Endpoint, "https://"):
		r.add(path, "is for an endpoint of https://, which is not set; write endpoint, or remove it")
	case b.TLS.CARef == nil:
		r.add(path, "is empty, and https:// in endpoint is TLS already; write caRef, or remove it")
	case role:
		r.add(child(path, "caRef"), "counts for AWS' token service too, whose certificate it did not sign; write the authorities as trust.caCertificates, or credentials with secretRef or podIdentity")
	}
}

// bucket is the name of a bucket, made of the characters.
func bucket(s, characters string) string {
	ends := lowers + digits
	_, address := netip.ParseAddr(s)
	switch {
	case s == "":
		return "is required; write the bucket's name, as in acme-gomods"
	case strings.Contains(s, "://") || strings.Contains(s, "/"):
		return quote.Sprintf("%q is not a bucket; write its name alone, without scheme or path, as in acme-gomods", s)
	case len(s) < 3 || len(s) > 63 || !inSet(s, characters) || !inSet(s[:1], ends) || !inSet(s[len(s)-1:], ends) || slices.ContainsFunc([]string{"..", ".-", "-."}, func(pair string) bool { return strings.Contains(s, pair) }) || address == nil:
		return quote.Sprintf("%q is not a bucket's name; write 3 to 63 lower case letters, digits and hyphens, as in acme-gomods", s)
	}
	return ""
}

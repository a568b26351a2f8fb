package v1alpha1

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// secretKey checks a reference to one value of a Secret.
func (r *rules) secretKey(path string, ref SecretKeyRef) {
	r.check(child(path, "name"), secretName(ref.Name))
	r.check(child(path, "key"), secretDataKey(ref.Key))
}

// value checks a secret that may be left out.
func (r *rules) value(path string, s *SecretValue) {
	if s != nil {
		r.secretKey(child(path, "secretRef"), s.SecretRef)
	}
}

// user checks the credentials of a user.
func (r *rules) user(path string, c *UserCredentials) {
	ref, at := &c.SecretRef, child(path, "secretRef")
	r.check(child(at, "name"), secretName(ref.Name))
	r.check(at+".keys.username", secretDataKey(ref.Keys.Username))
	r.check(at+".keys.password", secretDataKey(ref.Keys.Password))
	r.check(at+".keys.password", otherKey(ref.Keys.Password, "username", ref.Keys.Username))
}

// otherKey is the key of a value whose Secret has another one too. It is not
// repeated.
func otherKey(key, other, of string) string {
	if key != "" && key == of {
		return quote.Sprintf("is the key of %s too, but these are two values; write the key of each", other)
	}
	return ""
}

// s3Credentials checks the way to a bucket of S3.
func (r *rules) s3Credentials(path string, c *S3Credentials) {
	if ref := c.SecretRef; ref != nil {
		at := child(path, "secretRef")
		r.check(child(at, "name"), secretName(ref.Name))
		r.check(at+".keys.accessKeyID", secretDataKey(ref.Keys.AccessKeyID))
		r.check(at+".keys.secretAccessKey", secretDataKey(ref.Keys.SecretAccessKey))
		if token := ref.Keys.SessionToken; token != "" {
			r.check(at+".keys.sessionToken", secretDataKey(token))
		}
	}
	if i := c.IRSA; i != nil {
		r.check(path+".irsa.roleARN", roleARN(i.RoleARN))
		r.accountAnnotation(path+".irsa", IRSAAnnotation)
	}
}

// gcsCredentials checks the way to a bucket of Google Cloud.
func (r *rules) gcsCredentials(path string, c *GCSCredentials) {
	if c.SecretRef != nil {
		r.secretKey(child(path, "secretRef"), *c.SecretRef)
	}
	if w := c.WorkloadIdentity; w != nil {
		r.check(path+".workloadIdentity.serviceAccount", googleServiceAccount(w.ServiceAccount))
		r.accountAnnotation(path+".workloadIdentity", WorkloadIdentityAnnotation)
	}
}

// accountAnnotation refuses an annotation of Athens' ServiceAccount that a
// field of credentials writes.
func (r *rules) accountAnnotation(path, annotation string) {
	const annotations = "spec.athens.serviceAccount.annotations"
	if s := &r.spec.Athens.ServiceAccount; !*s.Create && r.sound("spec.athens.serviceAccount") {
		r.add(path, "is written as an annotation of Athens' ServiceAccount, which the site does not create; annotate %s with %s, and remove this", s.Name, annotation)
	}
	if _, there := r.spec.Athens.ServiceAccount.Annotations[annotation]; there {
		r.add(child(annotations, annotation), "is what %s writes; remove it", strings.TrimPrefix(path, "spec."))
	}
}

// roleARN is an IAM role of AWS, in any of its partitions.
func roleARN(s string) string {
	if s == "" {
		return "is required; write the role's ARN, as in arn:aws:iam::111122223333:role/athens"
	}
	parts := strings.SplitN(s, ":", 6)
	if len(parts) == 6 {
		role, isRole := strings.CutPrefix(parts[5], "role/")
		if parts[0] == "arn" && strings.HasPrefix(parts[1], "aws") && inSet(parts[1], lowers+"-") && parts[2] == "iam" && parts[3] == "" &&
			parts[4] != "" && inSet(parts[4], digits) && isRole && role != "" && inSet(role, alphabet+digits+"/_+=,.@-") {
			return ""
		}
	}
	return quote.Sprintf("%q is not the ARN of a role; write what aws iam get-role --query Role.Arn prints, as in arn:aws:iam::111122223333:role/athens", s)
}

// googleServiceAccount is the email address of a Google service account.
func googleServiceAccount(s string) string {
	if s == "" {
		return "is required; write the email address of the Google service account, as in athens@acme-build-1234.iam.gserviceaccount.com"
	}
	name, host, found := strings.Cut(s, "@")
	if found && name != "" && inSet(name, lowers+digits+"-.") && strings.HasSuffix(host, ".gserviceaccount.com") && dnsName(host) == "" {
		return ""
	}
	return quote.Sprintf("%q is not the email address of a Google service account; write what gcloud iam service-accounts list prints, as in athens@acme-build-1234.iam.gserviceaccount.com", s)
}

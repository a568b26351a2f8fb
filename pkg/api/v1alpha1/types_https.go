package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// What becomes of requests over plain HTTP.
const (
	PlainHTTPClosed   = "Closed"
	PlainHTTPRedirect = "Redirect"
)

// HSTS makes browsers remember that the site's hosts speak HTTPS only (RFC 6797).
// The go command does not read it.
type HSTS struct {
	// MaxAge is how long they remember it, in whole seconds.
	// Default: 8760h, one year.
	// +optional
	MaxAge *metav1.Duration `json:"maxAge,omitempty"`
}

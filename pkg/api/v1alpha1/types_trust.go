package v1alpha1

// Which certificate authorities are trusted beside those of trust.
const (
	// RootsInclude are those of the image too.
	RootsInclude = "Include"
	// RootsExclude are no others.
	RootsExclude = "Exclude"
)

// Trust is whose certificates the site's programs take: Athens for all that it
// calls, the go command, git and Mercurial that it runs, and crathens for the
// catalogs of other sites. lathens calls nothing over TLS. They are read when a
// pod starts: after a change of a Secret or ConfigMap, restart the Deployment.
type Trust struct {
	// CACertificates are the certificates of the authorities, as PEM; each
	// entry may hold several. At most 64 entries. Default key: ca.crt. Required.
	// As in [{configMapRef: {name: corp-ca}}].
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	CACertificates []FileRef `json:"caCertificates"`
	// SystemRoots: Include trusts the authorities of the image too, Exclude no
	// others than caCertificates. Default: Include.
	// +kubebuilder:validation:Enum=Include;Exclude
	// +optional
	SystemRoots string `json:"systemRoots,omitempty"`
}

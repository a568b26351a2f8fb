package v1alpha1

// ConfigMapKeyRef names one value of a ConfigMap of the site's namespace.
type ConfigMapKeyRef struct {
	// Name of the ConfigMap. Required.
	Name string `json:"name"`
	// Key inside the ConfigMap. Default: given by the field that refers to it.
	// +optional
	Key string `json:"key,omitempty"`
}

// FileRef is a text that pods read as a file: one value of a Secret or of a
// ConfigMap of the site's namespace; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type FileRef struct {
	// SecretRef names a Secret and the key of the value.
	// +optional
	SecretRef *SecretKeyRef `json:"secretRef,omitempty"`
	// ConfigMapRef names a ConfigMap and the key of the value.
	// +optional
	ConfigMapRef *ConfigMapKeyRef `json:"configMapRef,omitempty"`
}

// File is a file in Athens' container; exactly one key beside path. Athens finds
// it when a pod starts: after a change of its Secret or ConfigMap, restart the
// Deployment.
//
// +kubebuilder:validation:ExactlyOneOf=secretRef;configMapRef
type File struct {
	// Path of the file, absolute, at most 255 characters. Its directory may
	// hold other files, of the image too. Not in a directory that the site
	// mounts, nor where the image has its programs. Required.
	// Example: /etc/athens/extra.conf
	// +kubebuilder:validation:MaxLength=255
	Path string `json:"path"`
	// SecretRef names a Secret and the key of the file's text. Default key: the
	// last part of path.
	// +optional
	SecretRef *SecretKeyRef `json:"secretRef,omitempty"`
	// ConfigMapRef names a ConfigMap and the key of the file's text. Default
	// key: the last part of path.
	// +optional
	ConfigMapRef *ConfigMapKeyRef `json:"configMapRef,omitempty"`
}

// Ref is where the text of the file is.
func (f *File) Ref() FileRef { return FileRef{f.SecretRef, f.ConfigMapRef} }

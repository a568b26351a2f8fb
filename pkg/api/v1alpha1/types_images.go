package v1alpha1

import "strings"

// Images sets where the images of the site's pods come from.
type Images struct {
	// Registry is a mirror of docker.io and ghcr.io: a host, optionally with a
	// port and a path. All images that the spec does not name itself are pulled
	// from it under their own repositories, as in
	// registry.example.com/mirror/gomods/athens:v0.18.0 for
	// docker.io/gomods/athens:v0.18.0: those of the three programs and of the
	// OpenTelemetry Collectors. Default: none, docker.io and ghcr.io.
	// Example: registry.example.com/mirror
	// +optional
	Registry string `json:"registry,omitempty"`

	// PullPolicy of the containers. Default: none; Kubernetes takes IfNotPresent
	// for an image with a version.
	// +kubebuilder:validation:Enum=Always;IfNotPresent;Never
	// +optional
	PullPolicy string `json:"pullPolicy,omitempty"`

	// PullSecretRefs are Secrets of the site's namespace, of the type
	// kubernetes.io/dockerconfigjson, with which the images of the three
	// programs are pulled. Default: none.
	// +listType=map
	// +listMapKey=name
	// +optional
	PullSecretRefs []LocalRef `json:"pullSecretRefs,omitempty"`
}

// AthensImage is the image that athens.image is by default.
func (s *AthensSiteSpec) AthensImage() string {
	return s.Images.mirrored("docker.io/gomods/athens:" + s.Athens.Version)
}

// mirrored is an image in the registry that the site's images come from.
func (i *Images) mirrored(image string) string {
	if i.Registry == "" {
		return image
	}
	_, repository, _ := strings.Cut(image, "/")
	return i.Registry + "/" + repository
}

package argocd

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The part of Argo CD's ApplicationSet that regions need (argoproj.io/v1alpha1,
// Argo CD v3.1); its own module brings all of Argo CD with it.
type applicationSet struct {
	metav1.TypeMeta `json:",inline"`
	ObjectMeta      applicationMeta    `json:"metadata"`
	Spec            applicationSetSpec `json:"spec"`
}

type applicationMeta struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
}

type applicationSetSpec struct {
	GoTemplate        bool                `json:"goTemplate"`
	GoTemplateOptions []string            `json:"goTemplateOptions"`
	Generators        []listGenerator     `json:"generators"`
	Template          applicationTemplate `json:"template"`
}

type listGenerator struct {
	List struct {
		Elements []regionElement `json:"elements"`
	} `json:"list"`
}

type regionElement struct {
	Region string `json:"region"`
}

type applicationTemplate struct {
	Metadata applicationMeta `json:"metadata"`
	Spec     applicationSpec `json:"spec"`
}

type applicationSpec struct {
	Project     string                 `json:"project"`
	Destination applicationDestination `json:"destination"`
	Source      applicationSource      `json:"source"`
	SyncPolicy  syncPolicy             `json:"syncPolicy"`
}

type applicationDestination struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

type applicationSource struct {
	RepoURL        string             `json:"repoURL"`
	TargetRevision string             `json:"targetRevision"`
	Path           string             `json:"path"`
	Plugin         *applicationPlugin `json:"plugin,omitempty"`
}

type applicationPlugin struct {
	Name       string            `json:"name"`
	Parameters []pluginParameter `json:"parameters"`
}

type pluginParameter struct {
	Name   string `json:"name"`
	String string `json:"string"`
}

type syncPolicy struct {
	Automated   automatedSync `json:"automated"`
	SyncOptions []string      `json:"syncOptions"`
}

type automatedSync struct {
	Prune    bool `json:"prune"`
	SelfHeal bool `json:"selfHeal"`
}

package conformance

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
)

// create does what the API server does with a POST of an object that was
// decoded and defaulted, up to where it would be stored, and returns every
// problem and every warning as one line each.
func create(strategy rest.RESTCreateStrategy, gvk schema.GroupVersionKind, obj runtime.Object) []string {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return []string{err.Error()}
	}
	resource, _ := meta.UnsafeGuessKindToResource(gvk)
	var lines warnings
	ctx := warning.WithWarningRecorder(context.Background(), &lines)
	ctx = request.WithNamespace(ctx, accessor.GetNamespace())
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Verb: "create",
		APIGroup: gvk.Group, APIVersion: gvk.Version, Resource: resource.Resource,
		Namespace: accessor.GetNamespace(), Name: accessor.GetName(),
	})
	rest.FillObjectMetaSystemFields(accessor)
	return append(lines, problems(rest.BeforeCreate(strategy, ctx, obj))...)
}

// problems are the causes of an error of the API server.
func problems(err error) []string {
	if err == nil {
		return nil
	}
	status, ok := err.(apierrors.APIStatus)
	if !ok || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []string{err.Error()}
	}
	var lines []string
	for _, cause := range status.Status().Details.Causes {
		lines = append(lines, cause.Field+": "+strings.TrimSpace(cause.Message))
	}
	return lines
}

// warnings are what the API server would print beside its answer.
type warnings []string

func (w *warnings) AddWarning(_, text string) { *w = append(*w, "warning: "+text) }

package prove

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	k8snetworkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	kjson "sigs.k8s.io/json"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Other is an object that decides about traffic and that this package knows by
// its name only.
type Other struct {
	metav1.PartialObjectMetadata
	// targets that it names, and hosts of requests at a gateway.
	targets []target
	hosts   []string
	// selects are the pods of a policy about connections; nil for those that it may
	// select in a way that is not read.
	selects *subject
}

// typeOf is an empty object of a kind of a group that decides about traffic;
// nil for other kinds.
func typeOf(group, kind string) generators.Object {
	switch group + "/" + kind {
	case "networking.istio.io/Gateway":
		return &networkingv1.Gateway{}
	case "networking.istio.io/VirtualService":
		return &networkingv1.VirtualService{}
	case "networking.istio.io/DestinationRule":
		return &networkingv1.DestinationRule{}
	case "networking.istio.io/Sidecar":
		return &networkingv1.Sidecar{}
	case "networking.istio.io/ServiceEntry":
		return &networkingv1.ServiceEntry{}
	case "networking.istio.io/EnvoyFilter":
		return &networkingv1alpha3.EnvoyFilter{}
	case "security.istio.io/PeerAuthentication":
		return &securityv1.PeerAuthentication{}
	case "security.istio.io/AuthorizationPolicy":
		return &securityv1.AuthorizationPolicy{}
	case "security.istio.io/RequestAuthentication":
		return &securityv1.RequestAuthentication{}
	case "/Namespace":
		return &corev1.Namespace{}
	case "/Service":
		return &corev1.Service{}
	case "/Pod":
		return &corev1.Pod{}
	case "apps/Deployment":
		return &appsv1.Deployment{}
	case "apps/StatefulSet":
		return &appsv1.StatefulSet{}
	case "apps/DaemonSet":
		return &appsv1.DaemonSet{}
	case "apps/ReplicaSet":
		return &appsv1.ReplicaSet{}
	case "batch/CronJob":
		return &batchv1.CronJob{}
	case "batch/Job":
		return &batchv1.Job{}
	case "networking.k8s.io/NetworkPolicy":
		return &k8snetworkingv1.NetworkPolicy{}
	case "autoscaling/HorizontalPodAutoscaler":
		return &autoscalingv2.HorizontalPodAutoscaler{}
	case "extensions.istio.io/WasmPlugin", "argoproj.io/Rollout", "networking.istio.io/WorkloadEntry", "/ReplicationController",
		"gateway.networking.k8s.io/Gateway", "gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute",
		"gateway.networking.k8s.io/TCPRoute", "gateway.networking.k8s.io/TLSRoute", "gateway.networking.k8s.io/UDPRoute", "networking.k8s.io/Ingress",
		"cilium.io/CiliumNetworkPolicy", "cilium.io/CiliumClusterwideNetworkPolicy",
		"crd.projectcalico.org/NetworkPolicy", "crd.projectcalico.org/GlobalNetworkPolicy", "projectcalico.org/NetworkPolicy", "projectcalico.org/GlobalNetworkPolicy",
		"policy.networking.k8s.io/AdminNetworkPolicy", "policy.networking.k8s.io/BaselineAdminNetworkPolicy", "policy.networking.k8s.io/ClusterNetworkPolicy",
		"crd.antrea.io/NetworkPolicy", "crd.antrea.io/ClusterNetworkPolicy", "discovery.k8s.io/EndpointSlice":
		return &Other{}
	}
	return nil
}

// Decode reads a manifest as its API has it, from JSON; nil for a kind that
// decides nothing about traffic. Every version of Istio's API is read as v1:
// they have the same fields. With an error the object may be there all the same,
// without what could not be read: a field that is newer than this program, or
// misspelt.
func Decode(manifest []byte) (generators.Object, error) {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(manifest, &meta); err != nil {
		return nil, err
	}
	group, _, found := strings.Cut(meta.APIVersion, "/")
	if !found {
		group = ""
	}
	object := typeOf(group, meta.Kind)
	if object == nil {
		return nil, nil
	}
	if o, named := object.(*Other); named {
		err := json.Unmarshal(manifest, object)
		o.read(manifest)
		return object, err
	}
	return DecodeAs(manifest, object)
}

// DecodeAs reads a manifest into an object of its kind; see Decode.
func DecodeAs(manifest []byte, object generators.Object) (generators.Object, error) {
	left, err := kjson.UnmarshalStrict(manifest, object)
	if err != nil {
		return nil, err
	}
	if unknown := wholly(object, manifest); unknown != nil {
		left = append(left, unknown)
	}
	var texts []string
	for _, each := range left {
		// A status decides nothing, and nor does what a controller derives from another
		// object. The first version of an autoscaler has the same fields but one.
		field, ok := each.(kjson.FieldError)
		if ok && (strings.Split(field.FieldPath(), ".")[0] == "status" || metav1.GetControllerOf(object) != nil || object.GetObjectKind().GroupVersionKind().GroupVersion().String() == "autoscaling/v1") {
			continue
		}
		texts = append(texts, each.Error())
	}
	if len(texts) > 0 {
		return object, errors.New(strings.Join(texts, ", "))
	}
	return object, nil
}

// wholly says which field of an Istio object's spec the decoder left out, as
// one that is newer than this program, or misspelled.
func wholly(object generators.Object, manifest []byte) error {
	m := specOf(object)
	if m == nil {
		return nil
	}
	var raw struct {
		Spec json.RawMessage `json:"spec"`
	}
	if err := json.Unmarshal(manifest, &raw); err != nil || raw.Spec == nil || string(raw.Spec) == "null" {
		return err
	}
	if err := protojson.Unmarshal(raw.Spec, m.ProtoReflect().New().Interface()); err != nil {
		// The library puts a no-break space into its texts, at random.
		return errors.New(strings.ReplaceAll(err.Error(), "\u00a0", " "))
	}
	return nil
}

// specOf is the spec of an Istio object; nil for others.
func specOf(object generators.Object) proto.Message {
	spec := reflect.ValueOf(object).Elem().FieldByName("Spec")
	if !spec.IsValid() {
		return nil
	}
	m, _ := spec.Addr().Interface().(proto.Message)
	return m
}

// FromObjects finds the sites among objects by their labels, in the order of
// their names. Each is judged with all objects: those of others on the same
// gateway or in the same namespace decide too. Each of unread is a reason why
// every answer may be wrong.
func FromObjects(objects []generators.Object, unread ...string) (out []*World) {
	var owners []string
	for _, o := range objects {
		if owner := o.GetLabels()[generators.SiteLabel]; owner != "" {
			owners = append(owners, owner)
		}
	}
	for _, owner := range distinct(owners) {
		own := slices.DeleteFunc(slices.Clone(objects), func(o generators.Object) bool {
			return o.GetLabels()[generators.SiteLabel] != owner
		})
		w := Of(infer(owner, own), objects, unread...).OwnedBy(owner)
		w.inferred = true
		out = append(out, w)
	}
	return out
}

// OwnedBy says which label the site's objects have, where others changed the
// names that it is made of.
func (w *World) OwnedBy(owner string) *World {
	w.owner = owner
	return w
}

// Owner is the value of generators.SiteLabel on the site's objects.
func (w *World) Owner() string { return w.owner }

// Unrelated is an object that decides nothing about traffic: only its labels are
// read.
type Unrelated struct{ metav1.PartialObjectMetadata }

package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// Storage is where Athens keeps modules; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type Storage struct {
	// Memory keeps modules in the process: for evaluation, one replica only. The
	// default of athens.resources counts 1Gi for them.
	// +optional
	Memory *Empty `json:"memory,omitempty"`
	// Disk keeps modules on a PersistentVolume.
	// +optional
	Disk *Disk `json:"disk,omitempty"`
	// Mongo keeps modules in MongoDB (4.2 or later) or in Cosmos DB.
	// +optional
	Mongo *Mongo `json:"mongo,omitempty"`
	// AzureBlob keeps modules in an Azure blob container.
	// +optional
	AzureBlob *AzureBlob `json:"azureBlob,omitempty"`
	// GCS keeps modules in a Google Cloud Storage bucket.
	// +optional
	GCS *GCS `json:"gcs,omitempty"`
	// S3 keeps modules in an Amazon S3 bucket, or one that speaks its protocol.
	// +optional
	S3 *S3 `json:"s3,omitempty"`
	// Minio keeps modules in a MinIO bucket.
	// +optional
	Minio *Minio `json:"minio,omitempty"`
	// External keeps modules on a server that implements Athens' own storage
	// protocol. Athens answers /catalog with 501 there, so crathens needs
	// crathens.modules.
	// +optional
	External *External `json:"external,omitempty"`
}

// Disk keeps modules on a PersistentVolume.
type Disk struct {
	// Size of the volume. Default: 10Gi.
	// +optional
	Size *resource.Quantity `json:"size,omitempty"`
	// StorageClassName of the volume. Default: the cluster's own default class.
	// +optional
	StorageClassName string `json:"storageClassName,omitempty"`
	// AccessMode of the volume. ReadWriteOnce means one replica that is
	// stopped before its successor starts; ReadWriteMany lets several share
	// it. Default: ReadWriteOnce.
	// +kubebuilder:validation:Enum=ReadWriteOnce;ReadWriteMany
	// +optional
	AccessMode string `json:"accessMode,omitempty"`
	// ClaimRef names a PersistentVolumeClaim that already exists; size and
	// storageClassName must then be left out. Default: none, the site creates
	// one.
	// +optional
	ClaimRef *LocalRef `json:"claimRef,omitempty"`
	// WhenDeleted is what Argo CD, Flux and Helm do with the volume's claim and
	// its namespace when the site goes. Retain: annotations make them leave both,
	// with all modules. Delete: they delete both, for sites that live as long as
	// a branch. Default: Retain.
	// +kubebuilder:validation:Enum=Retain;Delete
	// +optional
	WhenDeleted string `json:"whenDeleted,omitempty"`
}

// What happens to the claim of a disk when its site goes.
const (
	WhenDeletedRetain = "Retain"
	WhenDeletedDelete = "Delete"
)

// Mongo keeps modules in MongoDB or in Cosmos DB's API for MongoDB.
type Mongo struct {
	// URL is the connection string. Required; default key: url.
	URL SecretValue `json:"url"`
	// Database is its name (ATHENS_MONGO_DEFAULT_DATABASE). Default: athens.
	// +optional
	Database string `json:"database,omitempty"`
	// Collection is its name (ATHENS_MONGO_DEFAULT_COLLECTION).
	// Default: modules.
	// +optional
	Collection string `json:"collection,omitempty"`
	// Hosts are the servers in the connection string as host:port. The Secret
	// cannot be read here, so egress and NetworkPolicies need them.
	// Default: none; derived from cosmos.
	// +listType=atomic
	// +optional
	Hosts []string `json:"hosts,omitempty"`
	// Cosmos marks the server as an Azure Cosmos DB account.
	// +optional
	Cosmos *Cosmos `json:"cosmos,omitempty"`
}

// Cosmos is an Azure Cosmos DB account with the API for MongoDB. It speaks
// port 10255 on one host for the account and one for each of its regions, under
// the domain of azure.cloud.
type Cosmos struct {
	// Account is its name. Required.
	Account string `json:"account"`
	// Regions are the account's Azure regions, as in westeurope.
	// +listType=atomic
	// +optional
	Regions []string `json:"regions,omitempty"`
}

// AzureBlob keeps modules in an Azure blob container.
type AzureBlob struct {
	// Account is the storage account: 3 to 24 lower case letters and digits.
	// Required. Its host is always <account>.blob.core.windows.net, so
	// azure.cloud must be Public.
	Account string `json:"account"`
	// Container is its name. Required. Athens does not create it: unless
	// azure.provision.storage does, it must exist.
	Container string `json:"container"`
	// Credentials for the account; exactly one key. Required.
	Credentials AzureCredentials `json:"credentials"`
}

// AzureCredentials are one way to reach a storage account; exactly one key.
// AKS Workload Identity is not among them: Athens as released cannot use it.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type AzureCredentials struct {
	// SecretRef names a Secret with the account key. Default key: accountKey.
	// +optional
	SecretRef *SecretKeyRef `json:"secretRef,omitempty"`
	// ManagedIdentity is a user-assigned identity of the cluster's nodes.
	// +optional
	ManagedIdentity *ManagedIdentity `json:"managedIdentity,omitempty"`
}

// ManagedIdentity is a user-assigned identity of the cluster's nodes, reached
// through 169.254.169.254.
type ManagedIdentity struct {
	// ResourceID of the identity. Required. Example:
	// /subscriptions/…/resourceGroups/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/athens
	ResourceID string `json:"resourceID"`
	// Scope that a token is asked for. Default: https://storage.azure.com/.default
	// +optional
	Scope string `json:"scope,omitempty"`
}

// GCS keeps modules in a Google Cloud Storage bucket.
type GCS struct {
	// Bucket is its name. Required.
	Bucket string `json:"bucket"`
	// ProjectID of the bucket (GOOGLE_CLOUD_PROJECT). Default: the project of
	// the credentials.
	// +optional
	ProjectID string `json:"projectID,omitempty"`
	// Credentials for the bucket; exactly one key. Default: none, the
	// credentials that Google's library finds, as in the identity of the node.
	// +optional
	Credentials *GCSCredentials `json:"credentials,omitempty"`
}

// GCSCredentials are one way to a bucket of Google Cloud; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type GCSCredentials struct {
	// SecretRef names a Secret with the key of a Google service account, as
	// JSON. Default key: key.json.
	// +optional
	SecretRef *SecretKeyRef `json:"secretRef,omitempty"`
	// WorkloadIdentity is a Google service account that Athens'
	// ServiceAccount may act as (Workload Identity Federation for GKE).
	// +optional
	WorkloadIdentity *WorkloadIdentity `json:"workloadIdentity,omitempty"`
}

// Annotations of Athens' ServiceAccount that bind it to an identity of a cloud.
const (
	// IRSAAnnotation names a role of AWS.
	IRSAAnnotation = "eks.amazonaws.com/role-arn"
	// WorkloadIdentityAnnotation names a Google service account.
	WorkloadIdentityAnnotation = "iam.gke.io/gcp-service-account"
)

// WorkloadIdentity is a Google service account that Athens acts as.
type WorkloadIdentity struct {
	// ServiceAccount is the email address of the Google service account, which
	// becomes the annotation iam.gke.io/gcp-service-account of Athens'
	// ServiceAccount. Required.
	// Example: athens@acme-build-1234.iam.gserviceaccount.com
	ServiceAccount string `json:"serviceAccount"`
}

// S3 keeps modules in an Amazon S3 bucket, or one that speaks its protocol.
type S3 struct {
	// Region of the bucket (AWS_REGION). Required.
	Region string `json:"region"`
	// Bucket is its name. Required.
	Bucket string `json:"bucket"`
	// Endpoint is the URL of a server that is not Amazon's.
	// Default: s3.<region>.amazonaws.com, in China with .cn at the end.
	// +optional
	Endpoint string `json:"endpoint,omitempty"`
	// ForcePathStyle puts the bucket into the path instead of the host name.
	// Default: false.
	// +optional
	ForcePathStyle bool `json:"forcePathStyle,omitempty"`
	// TLS is how an endpoint of https:// is verified. Only caRef can be used, whose
	// authorities then count instead of those of trust and the image;
	// clientCertificate and serverName are refused. Default: none.
	// +optional
	TLS *TLS `json:"tls,omitempty"`
	// Credentials for the bucket; exactly one key. Default: none, the
	// credentials that the AWS SDK finds, as in the role of the node.
	// +optional
	Credentials *S3Credentials `json:"credentials,omitempty"`
}

// S3Credentials are one way to a bucket of S3; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type S3Credentials struct {
	// SecretRef names a Secret with an access key.
	// +optional
	SecretRef *S3SecretRef `json:"secretRef,omitempty"`
	// IRSA is a role for Athens' ServiceAccount (IAM roles for service
	// accounts).
	// +optional
	IRSA *IRSA `json:"irsa,omitempty"`
	// PodIdentity is the role that EKS Pod Identity associates with Athens'
	// ServiceAccount: nodes of EKS with the agent of that name.
	// +optional
	PodIdentity *Empty `json:"podIdentity,omitempty"`
}

// IRSA is a role of AWS that Athens takes on.
type IRSA struct {
	// RoleARN is the role, which becomes the annotation
	// eks.amazonaws.com/role-arn of Athens' ServiceAccount. Required.
	// Example: arn:aws:iam::111122223333:role/athens
	RoleARN string `json:"roleARN"`
}

// Minio keeps modules in a MinIO bucket.
type Minio struct {
	// Endpoint of the server as host:port, without a scheme. Required.
	Endpoint string `json:"endpoint"`
	// Bucket is its name. Required.
	Bucket string `json:"bucket"`
	// Region of the bucket. Default: none.
	// +optional
	Region string `json:"region,omitempty"`
	// TLS connects to the server with TLS. Write {}: caRef, clientCertificate and
	// serverName are refused, because Athens has no settings for them with MinIO.
	// Its authorities go in trust.caCertificates. Default: none, plain HTTP.
	// +optional
	TLS *TLS `json:"tls,omitempty"`
	// Credentials for the bucket. Required.
	Credentials MinioCredentials `json:"credentials"`
}

// MinioCredentials are an access key of MinIO.
type MinioCredentials struct {
	// SecretRef names the Secret and its keys. Required.
	SecretRef MinioSecretRef `json:"secretRef"`
}

// External keeps modules behind a server that speaks Athens' storage protocol.
type External struct {
	// URL of the server. Required.
	URL string `json:"url"`
}

// SingleFlight is the lock between Athens replicas; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type SingleFlight struct {
	// Etcd locks in an etcd cluster.
	// +optional
	Etcd *Etcd `json:"etcd,omitempty"`
	// Redis locks in a Redis server or cluster, or in one that Sentinel watches.
	// +optional
	Redis *Redis `json:"redis,omitempty"`
	// AzureBlob locks with leases on the storage's own blobs.
	// +optional
	AzureBlob *Empty `json:"azureBlob,omitempty"`
	// GCS locks in the storage's own bucket.
	// +optional
	GCS *Empty `json:"gcs,omitempty"`
}

// Etcd is an etcd cluster.
type Etcd struct {
	// Endpoints as host:port. Required.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	Endpoints []string `json:"endpoints"`
	// TLS connects to the servers with TLS. Write {}: caRef, clientCertificate and
	// serverName are refused, because Athens has no settings for them with etcd.
	// Their authorities go in trust.caCertificates. Default: none, plain text.
	// +optional
	TLS *TLS `json:"tls,omitempty"`
}

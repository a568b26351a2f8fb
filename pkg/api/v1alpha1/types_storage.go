package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// Storage is where Athens keeps modules; exactly one key.
//
// +kubebuilder:validation:MaxProperties=1
type Storage struct {
	// Memory keeps modules in the process: for trying out, one replica only.
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
	// GCP keeps modules in a Google Cloud Storage bucket.
	// +optional
	GCP *GCP `json:"gcp,omitempty"`
	// S3 keeps modules in an Amazon S3 bucket, or one that speaks its protocol.
	// +optional
	S3 *S3 `json:"s3,omitempty"`
	// Minio keeps modules in a MinIO bucket.
	// +optional
	Minio *Minio `json:"minio,omitempty"`
	// External keeps modules behind a server that speaks Athens' own storage
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
	// ExistingClaim uses a PersistentVolumeClaim that is there already; size
	// and storageClassName must then be left out. Default: none.
	// +optional
	ExistingClaim string `json:"existingClaim,omitempty"`
}

// Mongo keeps modules in MongoDB or in Cosmos DB's API for MongoDB.
type Mongo struct {
	// URL is the connection string. Required; default key: url.
	URL SecretSource `json:"url"`
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
	// +optional
	Hosts []string `json:"hosts,omitempty"`
	// Cosmos says that the server is an Azure Cosmos DB account.
	// +optional
	Cosmos *Cosmos `json:"cosmos,omitempty"`
}

// Cosmos is an Azure Cosmos DB account with the API for MongoDB. It speaks
// port 10255 on one host for the account and one for each of its regions.
type Cosmos struct {
	// Account is its name. Required.
	Account string `json:"account"`
	// Regions are the account's Azure regions, as in westeurope.
	// +optional
	Regions []string `json:"regions,omitempty"`
}

// AzureBlob keeps modules in an Azure blob container.
type AzureBlob struct {
	// Account is the storage account: 3 to 24 lower case letters and digits.
	// Required. Its host is always <account>.blob.core.windows.net.
	Account string `json:"account"`
	// Container is its name. Required.
	Container string `json:"container"`
	// Credentials for the account; exactly one key. Required.
	Credentials AzureCredentials `json:"credentials"`
}

// AzureCredentials are one way to reach a storage account; exactly one key.
// AKS Workload Identity is not among them: Athens as released cannot use it.
//
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

// GCP keeps modules in a Google Cloud Storage bucket.
type GCP struct {
	// Bucket is its name. Required.
	Bucket string `json:"bucket"`
	// ProjectID of the bucket (GOOGLE_CLOUD_PROJECT). Default: what the
	// credentials say.
	// +optional
	ProjectID string `json:"projectID,omitempty"`
	// Credentials is a service account key as JSON. Default key: key.json.
	// Default: none, the ServiceAccount's identity
	// (athens.serviceAccount.annotations).
	// +optional
	Credentials *SecretSource `json:"credentials,omitempty"`
}

// S3 keeps modules in an Amazon S3 bucket, or one that speaks its protocol.
type S3 struct {
	// Region of the bucket (AWS_REGION). Required.
	Region string `json:"region"`
	// Bucket is its name. Required.
	Bucket string `json:"bucket"`
	// Endpoint is the URL of a server that is not Amazon's.
	// Default: s3.<region>.amazonaws.com.
	// +optional
	Endpoint string `json:"endpoint,omitempty"`
	// ForcePathStyle puts the bucket into the path instead of the host name.
	// Default: false.
	// +optional
	ForcePathStyle bool `json:"forcePathStyle,omitempty"`
	// Credentials names a Secret with the keys AWS_ACCESS_KEY_ID and
	// AWS_SECRET_ACCESS_KEY. Default: none, the ServiceAccount's role
	// (athens.serviceAccount.annotations, IRSA).
	// +optional
	Credentials *SecretNameSource `json:"credentials,omitempty"`
}

// SecretNameSource takes several keys of one Secret.
type SecretNameSource struct {
	// SecretRef names the Secret. Required.
	SecretRef SecretRef `json:"secretRef"`
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
	// SSL speaks TLS to the server. Default: false.
	// +optional
	SSL bool `json:"ssl,omitempty"`
	// Credentials names a Secret with the keys accessKey and secretKey.
	// Required.
	Credentials SecretNameSource `json:"credentials"`
}

// External keeps modules behind a server that speaks Athens' storage protocol.
type External struct {
	// URL of the server. Required.
	URL string `json:"url"`
}

// SingleFlight is the lock between Athens replicas; exactly one key.
//
// +kubebuilder:validation:MaxProperties=1
type SingleFlight struct {
	// Etcd locks in an etcd cluster.
	// +optional
	Etcd *Etcd `json:"etcd,omitempty"`
	// Redis locks in a Redis server.
	// +optional
	Redis *Redis `json:"redis,omitempty"`
	// RedisSentinel locks in a Redis that sentinels watch.
	// +optional
	RedisSentinel *RedisSentinel `json:"redisSentinel,omitempty"`
	// AzureBlob locks with leases on the storage's own blobs.
	// +optional
	AzureBlob *Empty `json:"azureBlob,omitempty"`
	// GCP locks in the storage's own bucket.
	// +optional
	GCP *Empty `json:"gcp,omitempty"`
}

// Etcd is an etcd cluster.
type Etcd struct {
	// Endpoints as host:port. Required.
	Endpoints []string `json:"endpoints"`
}

// Redis is a Redis server.
type Redis struct {
	// Endpoint as host:port. Required.
	Endpoint string `json:"endpoint"`
	// Password of the server. Default key: password. Default: none.
	// +optional
	Password *SecretSource `json:"password,omitempty"`
	// Lock tunes the lock.
	// +optional
	Lock RedisLock `json:"lock,omitempty"`
}

// RedisSentinel is a Redis that sentinels watch.
type RedisSentinel struct {
	// Endpoints of the sentinels as host:port. Required.
	Endpoints []string `json:"endpoints"`
	// MasterName is what the sentinels call the server. Required.
	MasterName string `json:"masterName"`
	// Servers are the Redis servers themselves as host:port: the sentinels
	// send Athens there, so egress and NetworkPolicies need them.
	// +optional
	Servers []string `json:"servers,omitempty"`
	// Password of the server. Default key: password. Default: none.
	// +optional
	Password *SecretSource `json:"password,omitempty"`
	// SentinelPassword of the sentinels. Default key: sentinelPassword.
	// Default: none.
	// +optional
	SentinelPassword *SecretSource `json:"sentinelPassword,omitempty"`
	// Lock tunes the lock.
	// +optional
	Lock RedisLock `json:"lock,omitempty"`
}

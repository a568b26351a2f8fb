package scaffold

type storage struct {
	name, about string
	// locks says that replicas can share it without a server for locks.
	locks bool
	// yaml stands under spec.athens.storage. Lines that a user must look at
	// end in a comment that begins with Replace.
	yaml string
}

// storages in the order in which they are offered.
var storages = []storage{
	{name: "disk", about: "a volume of the cluster", yaml: `
disk: {size: 10Gi}`},
	{name: "azureblob", about: "an Azure blob container", locks: true, yaml: `
azureBlob:
  account: athensmodules  # Replace: the storage account
  container: gomods  # Replace: its blob container, which must exist
  credentials: {secretRef: {name: athens-blob}}`},
	{name: "mongo", about: "MongoDB 4.2 or later", yaml: `
mongo:
  url: {secretRef: {name: athens-mongo}}
  hosts: [mongo.example.com:27017]  # Replace: the servers in that URL, so that Athens may reach them`},
	{name: "cosmos", about: "Azure Cosmos DB for MongoDB", yaml: `
mongo:
  url: {secretRef: {name: athens-cosmos}}
  cosmos: {account: acme-gomods, regions: [westeurope]}  # Replace: the account and its regions`},
	{name: "s3", about: "an Amazon S3 bucket", yaml: `
s3:
  region: eu-central-1  # Replace: the bucket's region
  bucket: acme-gomods  # Replace: the bucket, which must exist
  # On EKS, write irsa: {roleARN: …} instead of secretRef, for a role of the pods.
  credentials: {secretRef: {name: athens-s3}}`},
	{name: "minio", about: "a MinIO bucket", yaml: `
minio:
  endpoint: minio.storage.svc.cluster.local:9000  # Replace: the server
  bucket: gomods  # Replace: the bucket, which must exist
  credentials: {secretRef: {name: athens-minio}}`},
	{name: "gcs", about: "a Google Cloud Storage bucket", locks: true, yaml: `
gcs:
  bucket: acme-gomods  # Replace: the bucket, which must exist
  # On GKE, write workloadIdentity: {serviceAccount: …} instead of secretRef.
  credentials: {secretRef: {name: athens-gcs}}`},
	{name: "external", about: "a server of your own that speaks Athens' storage protocol", yaml: `
# Athens has no catalog there: crathens runs only for modules that
# crathens.modules names.
external: {url: https://store.example.com}  # Replace: the server`},
}

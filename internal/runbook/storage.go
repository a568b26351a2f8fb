package runbook

import (
	"fmt"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// StorageShort names the storage in a sentence.
func (b *book) StorageShort() string {
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		return "the volume " + quote.CodeSpan(b.claim())
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		return "the Cosmos DB account " + quote.CodeSpan(s.Mongo.Cosmos.Account)
	case s.Mongo != nil:
		return "MongoDB"
	case s.AzureBlob != nil:
		return "the blob container " + quote.CodeSpan(s.AzureBlob.Account+"/"+s.AzureBlob.Container)
	case s.GCS != nil:
		return "the bucket " + quote.CodeSpan(s.GCS.Bucket)
	case s.S3 != nil:
		return "the bucket " + quote.CodeSpan(s.S3.Bucket)
	case s.Minio != nil:
		return "the bucket " + quote.CodeSpan(s.Minio.Bucket) + " at " + quote.CodeSpan(s.Minio.Endpoint)
	case s.External != nil:
		return quote.CodeSpan(s.External.URL)
	}
	return "its memory"
}

func (b *book) claim() string {
	if ref := b.Site.Spec.Athens.Storage.Disk.ClaimRef; ref != nil {
		return ref.Name
	}
	return generators.Name(b.Site, generators.Athens)
}

const diskRoot = "/var/lib/athens"

// storageCheck asks the storage itself, without Athens.
func (b *book) storageCheck() string {
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		return b.K() + " get pvc " + quote.Shell(b.claim()) + "\n" +
			b.K() + " exec deployment/" + b.A + " -c athens -- df -h " + diskRoot
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		return "az cosmosdb show -n " + quote.Shell(s.Mongo.Cosmos.Account) + " -g GROUP --query '[provisioningState,publicNetworkAccess]'"
	case s.Mongo != nil:
		return "mongosh \"$MONGO_URL\" --eval 'db.adminCommand({ping: 1})'   # MONGO_URL is what the Secret " + quote.Comment(s.Mongo.URL.SecretRef.Name) + " holds"
	case s.AzureBlob != nil:
		return fmt.Sprintf("az storage blob list --account-name %s -c %s --num-results 1 -o table", quote.Shell(s.AzureBlob.Account), quote.Shell(s.AzureBlob.Container))
	case s.GCS != nil:
		return "gcloud storage ls " + quote.Shell("gs://"+s.GCS.Bucket) + " | head -1"
	case s.S3 != nil:
		return "aws s3api list-objects-v2" + b.awsFlags() + " --bucket " + quote.Shell(s.S3.Bucket) + " --max-keys 1"
	case s.Minio != nil:
		return "mc ls " + quote.Shell("ATHENS/"+s.Minio.Bucket) + " | head -1   # ATHENS is your mc alias of " + quote.Comment(s.Minio.Endpoint)
	case s.External != nil:
		return "curl -sS -o /dev/null -w '%{http_code}\\n' " + quote.Shell(s.External.URL)
	}
	return b.K() + " top pods --containers -l " + b.pods("athens")
}

func (b *book) awsFlags() string {
	s := b.Site.Spec.Athens.Storage.S3
	out := " --region " + quote.Shell(s.Region)
	if s.Endpoint != "" {
		out += " --endpoint-url " + quote.Shell(s.Endpoint)
	}
	return out
}

// purge removes one version from the storage, as Athens lays it out there.
func (b *book) purge() string {
	const module, version = "MODULE", "VERSION"
	s := b.Site.Spec.Athens.Storage
	files := module + "/@v/" + version
	switch {
	case s.Disk != nil:
		return fmt.Sprintf("%s exec deployment/%s -c athens -- rm -r %s/%s/%s", b.K(), b.A, diskRoot, module, version)
	case s.Mongo != nil:
		ask := func(do string) string {
			return `mongosh "$MONGO_URL" --eval ` + quote.Shell("db.getSiblingDB("+quote.JavaScript(s.Mongo.Database)+").getCollection("+quote.JavaScript(s.Mongo.Collection)+")."+
				do+`({module: "`+module+`", version: "`+version+`"})`)
		}
		return ask("find") + "          # this one?\n" + ask("deleteOne")
	case s.AzureBlob != nil:
		return fmt.Sprintf("az storage blob delete-batch --account-name %s -s %s --pattern '%s.*'", quote.Shell(s.AzureBlob.Account), quote.Shell(s.AzureBlob.Container), files)
	case s.GCS != nil:
		return "gcloud storage rm " + quote.Shell("gs://"+s.GCS.Bucket+"/"+files+".*")
	case s.S3 != nil:
		return "aws s3 rm" + b.awsFlags() + " --recursive " + quote.Shell("s3://"+s.S3.Bucket+"/"+module+"/@v/") + " --exclude '*' --include '" + version + ".*'"
	case s.Minio != nil:
		return "mc rm --recursive --force " + quote.Shell("ATHENS/"+s.Minio.Bucket+"/"+module+"/"+version+"/")
	case s.External != nil:
		return "# on the server behind " + quote.Comment(s.External.URL) + ": remove " + module + " " + version
	}
	return b.K() + " rollout restart deployment/" + b.A + "   # memory forgets everything"
}

// Backup is how what is stored is kept safe.
func (b *book) Backup() struct{ Text, Commands string } {
	const why = "Public modules can be fetched again, as long as they exist upstream. The backup is for those that vanish there, and for private ones.\n\n"
	text, commands := "", ""
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		text = "The volume " + quote.CodeSpan(b.claim()) + " holds everything. A VolumeSnapshot is best, where the storage class has them; a copy works everywhere."
		commands = fmt.Sprintf("# save\n%[1]s exec deployment/%[2]s -c athens -- tar -C %[3]s -cf - . > athens.tar\n"+
			"# restore\n%[1]s exec -i deployment/%[2]s -c athens -- tar -C %[3]s -xf - < athens.tar", b.K(), b.A, diskRoot)
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		text = "Cosmos DB saves itself; continuous backup lets you choose the moment. A restore makes a new account: put its connection string into the Secret " + quote.CodeSpan(s.Mongo.URL.SecretRef.Name) + "."
		commands = fmt.Sprintf("az cosmosdb show -n %[1]s -g GROUP --query backupPolicy\n"+
			"# restore\naz cosmosdb restore -g GROUP -n %[1]s-restored --account-name %[1]s --location LOCATION --restore-timestamp 2026-01-31T00:00:00Z", quote.Shell(s.Mongo.Cosmos.Account))
	case s.Mongo != nil:
		text = "`MONGO_URL` is what the Secret " + quote.CodeSpan(s.Mongo.URL.SecretRef.Name) + " holds."
		commands = fmt.Sprintf("# save\nmongodump --uri=\"$MONGO_URL\" --db=%s --gzip --archive=athens.gz\n# restore\nmongorestore --uri=\"$MONGO_URL\" --gzip --archive=athens.gz", quote.Shell(s.Mongo.Database))
	case s.AzureBlob != nil:
		text = "Soft delete and versioning of the account undo mistakes; a redundancy of ZRS or GZRS survives a zone. A copy is for all else."
		commands = fmt.Sprintf("az storage account blob-service-properties update -g GROUP -n %[1]s --enable-delete-retention true --delete-retention-days 30 --enable-versioning true\n"+
			"# copy to another account\nazcopy sync https://%[1]s.blob.core.windows.net/%[2]s https://OTHER.blob.core.windows.net/%[2]s --recursive", quote.Shell(s.AzureBlob.Account), quote.Shell(s.AzureBlob.Container))
	case s.GCS != nil:
		text = "Soft delete and versioning of the bucket undo mistakes. A copy is for all else."
		commands = fmt.Sprintf("gcloud storage buckets update gs://%[1]s --versioning\n# copy to another bucket\ngcloud storage rsync --recursive gs://%[1]s gs://OTHER", quote.Shell(s.GCS.Bucket))
	case s.S3 != nil:
		text = "Versioning of the bucket undoes mistakes. A copy is for all else."
		commands = fmt.Sprintf("aws s3api put-bucket-versioning%[2]s --bucket %[1]s --versioning-configuration Status=Enabled\n# copy to another bucket\naws s3 sync%[2]s s3://%[1]s s3://OTHER", quote.Shell(s.S3.Bucket), b.awsFlags())
	case s.Minio != nil:
		text = "`ATHENS` is your mc alias of " + quote.CodeSpan(s.Minio.Endpoint) + "."
		commands = fmt.Sprintf("# save\nmc mirror ATHENS/%[1]s ./athens-backup\n# restore\nmc mirror ./athens-backup ATHENS/%[1]s", quote.Shell(s.Minio.Bucket))
	case s.External != nil:
		text = "The server behind " + quote.CodeSpan(s.External.URL) + " keeps the modules: its own runbook says how they are saved."
		commands = b.storageCheck()
	default:
		text = "Memory cannot be saved: a restart forgets everything. For more than trying out, choose another `spec.athens.storage`."
		commands = b.storageCheck()
	}
	return struct{ Text, Commands string }{why + text, commands}
}

package runbook

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// StorageShort names the storage in a sentence.
func (b *book) StorageShort() string {
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		claim, _ := b.Athens.claim()
		return "the volume " + quote.CodeSpan(claim)
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

// storageNote explains the words that storageCheck and the other commands of the
// storage leave open, as a sentence with a blank before it; empty where none does.
func (b *book) storageNote() string {
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		return " `GROUP` is the account's resource group."
	case s.Mongo != nil:
		return " `MONGO_URL` is the value of the key " + quote.CodeSpan(s.Mongo.URL.SecretRef.Key) + " of the Secret " + quote.CodeSpan(s.Mongo.URL.SecretRef.Name) + "."
	case s.Minio != nil:
		return " `ATHENS` is your alias of " + quote.CodeSpan(s.Minio.Endpoint) + " in mc."
	}
	return ""
}

// storageCheck asks the storage itself, without Athens.
func (b *book) storageCheck() string {
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		claim, at := b.Athens.claim()
		return b.K() + " get pvc " + quote.Shell(claim) + "\n" +
			b.K() + " exec deployment/" + b.Athens.Name + " -c athens -- df -h " + quote.Shell(at)
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		return "az cosmosdb show -n " + quote.Shell(s.Mongo.Cosmos.Account) + " -g GROUP --query '[provisioningState,publicNetworkAccess]'"
	case s.Mongo != nil:
		return "mongosh \"$MONGO_URL\" --eval 'db.adminCommand({ping: 1})'"
	case s.AzureBlob != nil:
		return fmt.Sprintf("az storage blob list --account-name %s -c %s --num-results 1 -o table", quote.Shell(s.AzureBlob.Account), quote.Shell(s.AzureBlob.Container))
	case s.GCS != nil:
		return "gcloud storage ls " + quote.Shell("gs://"+s.GCS.Bucket) + " | head -1"
	case s.S3 != nil:
		return "aws s3api list-objects-v2" + b.awsFlags() + " --bucket " + quote.Shell(s.S3.Bucket) + " --max-keys 1"
	case s.Minio != nil:
		return "mc ls " + quote.Shell("ATHENS/"+s.Minio.Bucket) + " | head -1"
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
func (b *book) purge() step {
	const module, version = "MODULE", "VERSION"
	s := b.Site.Spec.Athens.Storage
	files := module + "/@v/" + version
	switch {
	case s.Disk != nil:
		_, at := b.Athens.claim()
		return step{"", fmt.Sprintf("%s exec deployment/%s -c athens -- rm -r %s/%s/%s", b.K(), b.Athens.Name, quote.Shell(at), module, version)}
	case s.Mongo != nil:
		mongosh := func(do string) string {
			return `mongosh "$MONGO_URL" --eval ` + quote.Shell("db.getSiblingDB("+quote.JavaScript(s.Mongo.Database)+").getCollection("+quote.JavaScript(s.Mongo.Collection)+")."+
				do+`({module: "`+module+`", version: "`+version+`"})`)
		}
		note := ""
		if s.Mongo.Cosmos == nil {
			note = b.storageNote()
		}
		return step{"The first command prints the document, the second deletes it." + note, mongosh("find") + "\n" + mongosh("deleteOne")}
	case s.AzureBlob != nil:
		return step{"", fmt.Sprintf("az storage blob delete-batch --account-name %s -s %s --pattern '%s.*'", quote.Shell(s.AzureBlob.Account), quote.Shell(s.AzureBlob.Container), files)}
	case s.GCS != nil:
		return step{"", "gcloud storage rm " + quote.Shell("gs://"+s.GCS.Bucket+"/"+files+".*")}
	case s.S3 != nil:
		return step{"", "aws s3 rm" + b.awsFlags() + " --recursive " + quote.Shell("s3://"+s.S3.Bucket+"/"+module+"/@v/") + " --exclude '*' --include '" + version + ".*'"}
	case s.Minio != nil:
		return step{strings.TrimSpace(b.storageNote()), "mc rm --recursive --force " + quote.Shell("ATHENS/"+s.Minio.Bucket+"/"+module+"/"+version+"/")}
	case s.External != nil:
		return step{"Remove it on the server behind " + quote.CodeSpan(s.External.URL) + ".", ""}
	}
	return step{"A restart removes all modules from memory.", b.K() + " rollout restart deployment/" + b.Athens.Name}
}

// Backup is how to save the storage.
func (b *book) Backup() []step {
	const why = "Public modules can be fetched again as long as they exist upstream. Back up modules that may disappear there, and private ones."
	out := []step{{why, ""}}
	s := b.Site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		claim, at := b.Athens.claim()
		exec := func(stdin, tar string) string {
			return b.K() + " exec " + stdin + "deployment/" + b.Athens.Name + " -c athens -- tar -C " + quote.Shell(at) + " " + tar
		}
		return append(out,
			step{"The volume " + quote.CodeSpan(claim) + " holds everything. Take a VolumeSnapshot where the storage class supports it. A copy works everywhere. Save:", exec("", "-cf - . > athens.tar")},
			step{"Restore:", exec("-i ", "-xf - < athens.tar")})
	case s.Mongo != nil && s.Mongo.Cosmos != nil:
		account := quote.Shell(s.Mongo.Cosmos.Account)
		return append(out,
			step{"Cosmos DB takes backups. With continuous backup you choose the moment." + b.storageNote() + " Print the policy:", "az cosmosdb show -n " + account + " -g GROUP --query backupPolicy"},
			step{"Restore to a new account. Then write its connection string to the Secret " + quote.CodeSpan(s.Mongo.URL.SecretRef.Name) + ":",
				fmt.Sprintf("az cosmosdb restore -g GROUP -n %[1]s-restored --account-name %[1]s --location LOCATION --restore-timestamp 2026-01-31T00:00:00Z", account)})
	case s.Mongo != nil:
		return append(out,
			step{"Save." + b.storageNote(), "mongodump --uri=\"$MONGO_URL\" --db=" + quote.Shell(s.Mongo.Database) + " --gzip --archive=athens.gz"},
			step{"Restore:", "mongorestore --uri=\"$MONGO_URL\" --gzip --archive=athens.gz"})
	case s.AzureBlob != nil:
		account, container := quote.Shell(s.AzureBlob.Account), quote.Shell(s.AzureBlob.Container)
		return append(out,
			step{"Soft delete and versioning of the account undo mistakes, and a redundancy of ZRS or GZRS survives the loss of a zone. `GROUP` is the account's resource group.",
				"az storage account blob-service-properties update -g GROUP -n " + account + " --enable-delete-retention true --delete-retention-days 30 --enable-versioning true"},
			step{"A copy in another account survives everything else:",
				fmt.Sprintf("azcopy sync https://%[1]s.blob.core.windows.net/%[2]s https://OTHER.blob.core.windows.net/%[2]s --recursive", account, container)},
			step{"Restore:", fmt.Sprintf("azcopy sync https://OTHER.blob.core.windows.net/%[2]s https://%[1]s.blob.core.windows.net/%[2]s --recursive", account, container)})
	case s.GCS != nil:
		bucket := quote.Shell("gs://" + s.GCS.Bucket)
		return append(out,
			step{"Soft delete and versioning of the bucket undo mistakes.", "gcloud storage buckets update " + bucket + " --versioning"},
			step{"A copy in another bucket survives everything else:", "gcloud storage rsync --recursive " + bucket + " gs://OTHER"},
			step{"Restore:", "gcloud storage rsync --recursive gs://OTHER " + bucket})
	case s.S3 != nil:
		return append(out,
			step{"Versioning of the bucket undoes mistakes.", "aws s3api put-bucket-versioning" + b.awsFlags() + " --bucket " + quote.Shell(s.S3.Bucket) + " --versioning-configuration Status=Enabled"},
			step{"A copy in another bucket survives everything else:", "aws s3 sync" + b.awsFlags() + " " + quote.Shell("s3://"+s.S3.Bucket) + " s3://OTHER"},
			step{"Restore:", "aws s3 sync" + b.awsFlags() + " s3://OTHER " + quote.Shell("s3://"+s.S3.Bucket)})
	case s.Minio != nil:
		bucket := quote.Shell("ATHENS/" + s.Minio.Bucket)
		return append(out,
			step{"Save." + b.storageNote(), "mc mirror " + bucket + " ./athens-backup"},
			step{"Restore:", "mc mirror ./athens-backup " + bucket})
	case s.External != nil:
		return append(out, step{"The server behind " + quote.CodeSpan(s.External.URL) + " keeps the modules. Its own runbook describes their backup. Check that it answers:", b.storageCheck()})
	}
	return append(out, step{"Memory cannot be saved: a restart removes all modules. Choose another `spec.athens.storage` for more than a trial.", ""})
}

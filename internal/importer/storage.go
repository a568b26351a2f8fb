package importer

import (
	"fmt"
	"net/url"
	"strings"
)

// storages are the kinds of storage that the chart has values for.
var storages = []string{"disk", "mongo", "s3", "minio", "gcp"}

func (im *importer) storage() {
	kind := im.text("storage.type")
	if kind == "" {
		kind = "disk"
	}
	switch kind {
	case "disk":
		im.disk()
	case "mongo":
		im.mongo()
	case "s3":
		im.move("storage.s3.region", "athens.storage.s3.region")
		im.move("storage.s3.bucket", "athens.storage.s3.bucket")
		im.move("storage.s3.forcePathStyle", "athens.storage.s3.forcePathStyle")
		im.secret("storage.s3.accessKey", "athens.storage.s3.credentials", "s3", "AWS_ACCESS_KEY_ID")
		im.secret("storage.s3.secretKey", "athens.storage.s3.credentials", "s3", "AWS_SECRET_ACCESS_KEY")
		im.say(lost, "storage.s3.sessionToken", "a token that expires; use a role: spec.athens.storage.s3.credentials.irsa")
		im.say(isDefault, "storage.s3.useDefaultConfiguration", "without credentials Athens takes the role of its ServiceAccount")
	case "minio":
		im.move("storage.minio.endpoint", "athens.storage.minio.endpoint")
		im.move("storage.minio.bucket", "athens.storage.minio.bucket")
		im.secret("storage.minio.accessKey", "athens.storage.minio.credentials", "minio", "accessKey")
		im.secret("storage.minio.secretKey", "athens.storage.minio.credentials", "minio", "secretKey")
	case "gcp":
		im.move("storage.gcp.projectID", "athens.storage.gcs.projectID")
		im.move("storage.gcp.bucket", "athens.storage.gcs.bucket")
		im.secret("storage.gcp.serviceAccount", "athens.storage.gcs.credentials", "gcs", "key.json")
	case "memory":
		im.put("storage.type", "athens.storage.memory", map[string]any{})
	default:
		im.say(lost, "storage.type", "the chart has no values for "+kind+"; write spec.athens.storage yourself")
	}
	im.say(translated, "storage.type", "spec.athens.storage."+strings.ReplaceAll(kind, "gcp", "gcs"))
	for _, other := range storages {
		if other != kind {
			im.say(lost, "storage."+other, "the chart ignores it too: storage.type is "+kind)
		}
	}
}

func (im *importer) disk() {
	const values, field = "storage.disk.", "athens.storage.disk."
	im.say(isDefault, values+"storageRoot", "/var/lib/athens is where the volume is; nothing else sees the path")
	im.say(isDefault, values+"persistence.enabled", "modules are on a PersistentVolume")
	if !im.is(values + "persistence.enabled") {
		im.say(lost, values+"persistence", "the chart ignores it too: persistence is off")
		return
	}
	im.move(values+"persistence.size", field+"size")
	im.move(values+"persistence.accessMode", field+"accessMode")
	im.move(values+"persistence.storageClass", field+"storageClassName")
}

func (im *importer) mongo() {
	const key, field = "storage.mongo.url", "athens.storage.mongo."
	im.secret(key, field+"url", "mongo", "url")
	// What opens the network to the servers cannot be read from a Secret.
	u, err := url.Parse(im.text(key))
	if err != nil || u.Scheme != "mongodb" {
		im.say(toDo, "storage.mongo", "write the servers, host:port each, as spec."+field+"hosts")
		return
	}
	var hosts []any
	for host := range strings.SplitSeq(u.Host, ",") {
		if host == "" {
			continue
		}
		if !strings.Contains(host, ":") {
			host += ":27017"
		}
		hosts = append(hosts, host)
	}
	if len(hosts) > 0 {
		im.set(field+"hosts", hosts)
	}
}

func (im *importer) singleFlight() {
	const from, to = "singleFlight.", "athens.singleFlight."
	kind := im.text(from + "type")
	switch kind {
	case "", "memory":
		im.say(isDefault, from+"type", "one replica needs no lock, azureBlob and gcs lock with their storage")
	case "etcd":
		im.endpoints(from+"etcd.endpoints", to+"etcd.endpoints")
	case "redis":
		im.endpoints(from+"redis.endpoint", to+"redis.endpoints")
		im.password(from+"redis.", "password", to+"redis.password", "redis")
		im.lock(from+"redis.lockConfig.", to+"redis.lock.")
	case "redis-sentinel":
		im.endpoints(from+"redisSentinel.endpoints", to+"redis.endpoints")
		im.move(from+"redisSentinel.masterName", to+"redis.sentinel.masterName")
		im.password(from+"redisSentinel.", "sentinelPassword", to+"redis.sentinel.password", "redis")
		im.secret(from+"redisSentinel.redisPassword", to+"redis.password", "redis", "password")
		im.say(lost, from+"redisSentinel.redisUsername", "add ATHENS_REDIS_USERNAME to spec.athens.env")
		im.lock(from+"redisSentinel.lockConfig.", to+"redis.lock.")
		im.say(toDo, from+"redisSentinel", "write the servers behind the sentinels, host:port each, as spec."+to+"redis.sentinel.servers")
	case "gcp":
		im.set(to+"gcs", map[string]any{})
	case "azureblob":
		im.set(to+"azureBlob", map[string]any{})
	default:
		im.say(lost, from+"type", fmt.Sprintf("%q is not a lock of Athens", kind))
	}
	im.say(translated, from+"type", "spec.athens.singleFlight")
	for _, other := range []string{"etcd", "redis", "redisSentinel"} {
		if other != kind && (other != "redisSentinel" || kind != "redis-sentinel") {
			im.say(lost, from+other, fmt.Sprintf("the chart ignores it too: singleFlight.type is %q", kind))
		}
	}
}

func (im *importer) endpoints(key, field string) {
	if im.has(key) {
		im.put(key, field, commaList(im.text(key)))
	}
}

// password is in a Secret that is there, or in clear text.
func (im *importer) password(values, key, field, suffix string) {
	if !im.has(values + "existingSecret") {
		im.secret(values+key, field, suffix, key)
		im.say(isDefault, values+"existingSecret", "is not set")
		im.say(isDefault, values+"existingSecretKey", key)
		return
	}
	im.put(values+"existingSecret", field+".secretRef.name", im.get(values+"existingSecret"))
	secretKey := im.text(values + "existingSecretKey")
	if secretKey == "" { // the chart's own
		secretKey = map[string]string{"password": "ATHENS_REDIS_PASSWORD", "sentinelPassword": "ATHENS_REDIS_SENTINEL_PASSWORD"}[key]
	}
	im.put(values+"existingSecretKey", field+".secretRef.key", secretKey)
	im.say(lost, values+key, "the chart ignores it too: existingSecret is set")
}

// lock counts in seconds there, and has units here.
func (im *importer) lock(values, field string) {
	for _, name := range []string{"ttl", "timeout"} {
		if im.has(values + name) {
			im.put(values+name, field+name, im.text(values+name)+"s")
		}
	}
	im.move(values+"maxRetries", field+"maxRetries")
}

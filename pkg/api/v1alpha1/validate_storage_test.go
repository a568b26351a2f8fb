package v1alpha1_test

import (
	"fmt"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestStorage(t *testing.T) {
	const identity = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/athens"
	stricttest.RunAll(t, []rule{
		{"none is the default", "athens: {storage: null}", nil},
		{"empty", "athens: {storage: {}}", []string{"spec.athens.storage: has none of its keys: write memory, disk"}},
		{"a kind that is null", "athens: {storage: {azureBlob: null}}", []string{"spec.athens.storage: has none of its keys"}},
		{"two kinds", "athens: {storage: {s3: {region: a, bucket: abc}, gcs: {bucket: abc}, memory: {}}}",
			[]string{"spec.athens.storage.s3: is set together with memory, but storage takes one of them: remove one; a kustomize patch needs $patch: replace next to the one that it sets", "spec.athens.storage.gcs: is set together with memory"}},
		{"disk", "athens: {storage: {disk: {size: 1Mi, storageClassName: fast, accessMode: ReadWriteMany}}}", nil},
		{"existing claim", "athens: {storage: {disk: {claimRef: {name: data}}}}", nil},
		{"nothing but null", "athens: {storage: {azureBlob: null}}", []string{"spec.athens.storage: has none of its keys: write memory, disk,"}},
		{"an empty union", "athens: {storage: {}, singleFlight: {}, index: {}}", []string{"spec.athens.storage: has none of its keys", "spec.athens.singleFlight: has none of its keys", "spec.athens.index: has none of its keys"}},
		{"existing claim with a size", "athens: {storage: {disk: {claimRef: {name: data}, size: 1Gi, storageClassName: fast}}}",
			[]string{"spec.athens.storage.disk.size: has no meaning with claimRef", "spec.athens.storage.disk.storageClassName: has no meaning with claimRef"}},
		{"a claim that goes with the site", "athens: {storage: {disk: {whenDeleted: Delete}}}", nil},
		{"what happens to the claim", "athens: {storage: {disk: {whenDeleted: delete}}}", []string{"spec.athens.storage.disk.whenDeleted: did you mean Delete?"}},
		{"existing claim that goes", "athens: {storage: {disk: {claimRef: {name: data}, whenDeleted: Delete}}}", []string{"spec.athens.storage.disk.whenDeleted: has no meaning with claimRef"}},
		{"disk's names", "athens: {storage: {disk: {storageClassName: A}}}", []string{"spec.athens.storage.disk.storageClassName: is not an object's name"}},
		{"claim's name", "athens: {storage: {disk: {claimRef: {name: A}}}}", []string{"spec.athens.storage.disk.claimRef.name: is not an object's name"}},
		{"bytes", "athens: {storage: {disk: {size: 10}}}", []string{"spec.athens.storage.disk.size: 10 is 10 bytes; write a number with a unit"}},
		{"below zero", "lathens: {maxBytes: -64Mi}", []string{"spec.lathens.maxBytes: at least 1Mi"}},
		{"access mode", "athens: {storage: {disk: {accessMode: readWriteMany}}}", []string{"spec.athens.storage.disk.accessMode: did you mean ReadWriteMany?"}},

		{"mongo", "athens: {storage: {mongo: {url: {secretRef: {name: m, key: k}}, hosts: [m.example.com, \"n.example.com:27017\"]}}}", nil},
		{"mongo without a Secret", "athens: {storage: {mongo: {url: {secretRef: {key: \"a b\"}}, hosts: [m.example.com]}}}", []string{"spec.athens.storage.mongo.url.secretRef.name: is required", "spec.athens.storage.mongo.url.secretRef.key: is not a key of a Secret"}},
		{"mongo's names", "athens: {storage: {mongo: {url: {secretRef: {name: m}}, database: a.b, collection: $x, hosts: [m.example.com]}}}",
			[]string{"spec.athens.storage.mongo.database: is not the name of a database", "spec.athens.storage.mongo.collection: is not the name of a collection"}},
		{"mongo's hosts", "athens: {storage: {mongo: {url: {secretRef: {name: m}}, hosts: [mongo, \"a.io:x\", \"a.io:1\", \"a.io:1\"]}}}",
			[]string{"spec.athens.storage.mongo.hosts[0]: write it in full", "spec.athens.storage.mongo.hosts[1]: is not a port", "spec.athens.storage.mongo.hosts[3]: is repeated"}},
		{"mongo behind policies", "athens: {storage: {mongo: {url: {secretRef: {name: m}}}}}", []string{"spec.athens.storage.mongo.hosts: is required"}},
		{"mongo in the open", "athens: {storage: {mongo: {url: {secretRef: {name: m}}}}}\nnetworkPolicies: {enabled: false}", nil},
		{"mongo behind a registry", "athens: {storage: {mongo: {url: {secretRef: {name: m}}}}, upstream: {goproxy: \"https://mirror.example.com\"}}",
			[]string{"spec.athens.storage.mongo.hosts: is required: the servers are named in a Secret"}},
		{"cosmos behind a registry", "athens: {storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acme, regions: [westeurope]}}}, upstream: {goproxy: \"https://mirror.example.com\"}}", nil},
		{"cosmos' names", "athens: {storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acme.mongo, regions: [West Europe]}}}}",
			[]string{"spec.athens.storage.mongo.cosmos.account: is not a Cosmos DB account", "spec.athens.storage.mongo.cosmos.regions[0]: as in westeurope"}},

		{"blob", "athens: {" + blob + "}", nil},
		{"blob with an identity", "athens: {storage: {azureBlob: {account: abc, container: abc, credentials: {managedIdentity: {resourceID: " + identity + "}}}}}", nil},
		{"blob without anything", "athens: {storage: {azureBlob: {}}}", []string{"spec.athens.storage.azureBlob.account: is required", "spec.athens.storage.azureBlob.container: is required", "spec.athens.storage.azureBlob.credentials: is required"}},
		{"blob's host", "athens: {storage: {azureBlob: {account: acme.blob.core.windows.net, container: Go_Mods, credentials: {secretRef: {name: a}}}}}",
			[]string{"spec.athens.storage.azureBlob.account: write the account's name alone, acme", "spec.athens.storage.azureBlob.container: is not a blob container"}},
		{"blob's account", "athens: {storage: {azureBlob: {account: acme-weu, container: a--b, credentials: {secretRef: {name: a}}}}}",
			[]string{"spec.athens.storage.azureBlob.account: is not a storage account", "spec.athens.storage.azureBlob.container: is not a blob container"}},
		{"two credentials", "athens: {storage: {azureBlob: {account: abc, container: abc, credentials: {managedIdentity: {resourceID: x, scope: z}, secretRef: {name: a}}}}}",
			[]string{"spec.athens.storage.azureBlob.credentials.managedIdentity: is set together with secretRef", "spec.athens.storage.azureBlob.credentials.managedIdentity.resourceID: is not the resource ID", "spec.athens.storage.azureBlob.credentials.managedIdentity.scope: is not the URL"}},

		{"gcs", "athens: {storage: {gcs: {bucket: acme_gomods.x, projectID: acme-1, credentials: {secretRef: {name: key}}}}}", nil},
		{"gcs without a bucket", "athens: {storage: {gcs: {projectID: a b}}}", []string{"spec.athens.storage.gcs.bucket: is required", "spec.athens.storage.gcs.projectID: is not a project's ID"}},
		{"s3", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, endpoint: \"https://s3.example.com:9000\", forcePathStyle: true, credentials: {secretRef: {name: key}}}}}", nil},
		{"s3 with its own authority", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, endpoint: \"https://s3.example.com\", tls: {caRef: {configMapRef: {name: ca}}}, credentials: {secretRef: {name: key}}}}}", nil},
		{"s3 with TLS of Amazon's", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, tls: {caRef: {configMapRef: {name: ca}}}, credentials: {podIdentity: {}}}}}", []string{"spec.athens.storage.s3.tls: is for an endpoint of https://"}},
		{"s3 with TLS twice", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, endpoint: \"https://s3.example.com\", tls: {}, credentials: {podIdentity: {}}}}}", []string{"spec.athens.storage.s3.tls: is empty"}},
		{"s3 with a role of another authority", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, endpoint: \"https://s3.example.com\", tls: {caRef: {configMapRef: {name: ca}}, serverName: x.example.com}}}}", []string{"spec.athens.storage.s3.tls.caRef: counts for AWS' token service too", "spec.athens.storage.s3.tls.serverName: is not read"}},
		{"s3 with a key", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, kmsKeyID: alias/gomods}}}", []string{"spec.athens.storage.s3.kmsKeyID: is not a field: Athens sends no key with what it stores"}},
		{"gcs with an identity", "athens: {storage: {gcs: {bucket: acme, credentials: {workloadIdentity: {serviceAccount: athens@acme-1.iam.gserviceaccount.com}}}}}", nil},
		{"gcs' identity", "athens: {storage: {gcs: {bucket: acme, credentials: {workloadIdentity: {serviceAccount: athens.acme}}}}}",
			[]string{"spec.athens.storage.gcs.credentials.workloadIdentity.serviceAccount: is not the email address of a Google service account"}},
		{"gcs' identity of another domain", "athens: {storage: {gcs: {bucket: acme, credentials: {workloadIdentity: {serviceAccount: athens@example.com}}}}}",
			[]string{"spec.athens.storage.gcs.credentials.workloadIdentity.serviceAccount: \"…@example.com\" is not the email address of a Google service account"}},
		{"gcs with nothing", "athens: {storage: {gcs: {bucket: acme, credentials: {}}}}", []string{"spec.athens.storage.gcs.credentials: has none of its keys: write secretRef or workloadIdentity"}},
		{"gcs with two", "athens: {storage: {gcs: {bucket: acme, credentials: {workloadIdentity: {}, secretRef: {name: a}}}}}",
			[]string{"spec.athens.storage.gcs.credentials.workloadIdentity.serviceAccount: is required", "spec.athens.storage.gcs.credentials.workloadIdentity: is set together with secretRef"}},
		{"s3 with a role", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, credentials: {irsa: {roleARN: \"arn:aws-us-gov:iam::111122223333:role/build/athens\"}}}}}", nil},
		{"s3 with Pod Identity", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, credentials: {podIdentity: {}}}}}", nil},
		{"s3's role", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, credentials: {irsa: {roleARN: \"arn:aws:iam::1:user/athens\"}}}}}",
			[]string{"spec.athens.storage.s3.credentials.irsa.roleARN: is not the ARN of a role"}},
		{"s3's role twice", "athens: {serviceAccount: {annotations: {eks.amazonaws.com/role-arn: x}}, storage: {s3: {region: eu-central-1, bucket: acme, credentials: {irsa: {roleARN: \"arn:aws:iam::1:role/athens\"}}}}}",
			[]string{`spec.athens.serviceAccount.annotations["eks.amazonaws.com/role-arn"]: is what athens.storage.s3.credentials.irsa writes`}},
		{"s3's role for an account that exists", "athens: {serviceAccount: {create: false, name: modules}, storage: {s3: {region: eu-central-1, bucket: acme, credentials: {irsa: {roleARN: \"arn:aws:iam::1:role/athens\"}}}}}",
			[]string{"spec.athens.storage.s3.credentials.irsa: annotate modules with eks.amazonaws.com/role-arn"}},
		{"s3's keys", "athens: {storage: {s3: {region: eu-central-1, bucket: acme, credentials: {secretRef: {name: a, keys: {accessKeyID: id, secretAccessKey: a b, sessionToken: a/b}}}}}}",
			[]string{"spec.athens.storage.s3.credentials.secretRef.keys.secretAccessKey: is not a key of a Secret", "spec.athens.storage.s3.credentials.secretRef.keys.sessionToken: is not a key of a Secret"}},
		{"s3 without anything", "athens: {storage: {s3: {}}}", []string{"spec.athens.storage.s3.region: is required", "spec.athens.storage.s3.bucket: is required"}},
		{"s3's values", "athens: {storage: {s3: {region: EU, bucket: \"s3://acme\", endpoint: s3.example.com, credentials: {secretRef: {}}}}}",
			[]string{"spec.athens.storage.s3.region: is not a region", "spec.athens.storage.s3.bucket: write its name alone", "spec.athens.storage.s3.endpoint: is not the URL of a server", "spec.athens.storage.s3.credentials.secretRef.name: is required"}},
		{"minio", "athens: {storage: {minio: {endpoint: \"minio.storage.svc.cluster.local:9000\", bucket: acme, credentials: {secretRef: {name: key}}}}}", nil},
		{"minio's values", "athens: {storage: {minio: {endpoint: \"http://minio.example.com:9000\", bucket: AB, credentials: {secretRef: {name: key}}}}}",
			[]string{"spec.athens.storage.minio.endpoint: write host:port without it, as in minio.example.com:9000", "spec.athens.storage.minio.bucket: is not a bucket's name"}},
		{"minio without anything", "athens: {storage: {minio: {}}}", []string{"spec.athens.storage.minio.endpoint: is required", "spec.athens.storage.minio.bucket: is required", "spec.athens.storage.minio.credentials.secretRef.name: is required"}},
		{"external", "athens: {storage: {external: {url: \"https://store.example.com/x\"}}}", nil},
		{"external without a URL", "athens: {storage: {external: {}}}", []string{"spec.athens.storage.external.url: is required"}},
	})
}

func TestSharing(t *testing.T) {
	disk := func(mode string) string { return "storage: {disk: {accessMode: " + mode + "}}" }
	for _, c := range []struct{ name, athens, want string }{
		{"memory", "storage: {memory: {}}", "storage.memory is kept by each replica for itself"},
		{"memory with a lock", "storage: {memory: {}}, " + redis, "storage.memory is kept by each replica for itself"},
		{"disk of one node", disk("ReadWriteOnce") + ", " + redis, "is mounted on one node only"},
		{"disk without a lock", disk("ReadWriteMany"), "without a lock"},
		{"disk", disk("ReadWriteMany") + ", " + redis, ""},
		{"s3 without a lock", s3, "without a lock"},
		{"s3", s3 + ", " + redis, ""},
		{"blob brings its lock", blob, ""},
		{"blob with another", blob + ", " + redis, ""},
		{"gcs brings its lock", "storage: {gcs: {bucket: abc}}", ""},
		{"external", "storage: {external: {url: \"https://a.example.com\"}}, " + redis, ""},
	} {
		for _, n := range []struct{ field, spec string }{
			{"spec.athens.replicas: ", "replicas: 2, "},
			{"spec.athens.autoscaling.maxReplicas: ", "replicas: 1, autoscaling: {maxReplicas: 2}, "},
		} {
			r := rule{Name: c.name + ", " + n.spec, Spec: "athens: {" + n.spec + c.athens + "}"}
			if c.want != "" {
				r.Want = []string{n.field + c.want}
			}
			stricttest.Run(t, r)
		}
		stricttest.Run(t, rule{Name: c.name + ", one replica", Spec: "athens: {" + c.athens + "}"})
	}
}

func TestSingleFlight(t *testing.T) {
	const sentinel = "redis: {endpoints: [\"s.example.com:26379\"], password: {secretRef: {name: a}}, sentinel: {masterName: m"
	stricttest.RunAll(t, []rule{
		{"no kind", "athens: {singleFlight: {}}", []string{"spec.athens.singleFlight: has none of its keys"}},
		{"two kinds", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:1\"]}, etcd: {endpoints: [\"e.example.com:1\"]}}}", []string{"spec.athens.singleFlight.redis: is set together with etcd"}},
		{"azureBlob without its storage", "athens: {singleFlight: {azureBlob: {}}, " + s3 + "}", []string{"spec.athens.singleFlight.azureBlob: the storage is not azureBlob"}},
		{"azureBlob with its storage", "athens: {singleFlight: {azureBlob: {}}, " + blob + "}", nil},
		{"gcs without its storage", "athens: {singleFlight: {gcs: {}}, " + s3 + "}", []string{"spec.athens.singleFlight.gcs: the storage is not gcs"}},
		{"etcd without endpoints", "athens: {singleFlight: {etcd: {}}}", []string{"spec.athens.singleFlight.etcd.endpoints: is required"}},
		{"etcd's endpoints", "athens: {singleFlight: {etcd: {endpoints: [\"etcd:2379\", \"https://etcd.example.com:2379\", e.example.com, \"[::1]:2379\"]}}}", []string{
			"spec.athens.singleFlight.etcd.endpoints[0]: write it in full, as in etcd.<namespace>.svc:2379",
			"spec.athens.singleFlight.etcd.endpoints[1]: write endpoints: [\"etcd.example.com:2379\"] and tls: {}",
			"spec.athens.singleFlight.etcd.endpoints[2]: has no port",
			"spec.athens.singleFlight.etcd.endpoints[3]: has an IPv6 address",
		}},
		{"redis without an endpoint", "athens: {singleFlight: {redis: {}}}", []string{"spec.athens.singleFlight.redis.endpoints: is required"}},
		{"without an endpoint, in a cluster of another domain", "clusterDomain: corp.example\nathens: {singleFlight: {etcd: {}}}", []string{"spec.athens.singleFlight.etcd.endpoints: as in etcd-0.etcd.<namespace>.svc.corp.example:2379"}},
		{"redis by a short name", "athens: {singleFlight: {redis: {endpoints: [\"redis:6379\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[0]: as in redis.<namespace>.svc:6379"}},
		{"redis by an address", "athens: {singleFlight: {redis: {endpoints: [\"10.0.0.5:6379\"], password: {secretRef: {name: a}}}}}", nil},
		{"redis at no port", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:65536\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[0]: is not a port"}},
		{"two servers", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:1\", \"s.example.com:1\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[1]: is a second server"}},
		{"redis over TLS", "athens: {singleFlight: {redis: {endpoints: [\"rediss://r.example.com:1\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[0]: write endpoints: [\"r.example.com:1\"] and tls: {}"}},
		{"redis as a URL with all in it", "athens: {singleFlight: {redis: {endpoints: [\"rediss://u:hunter2@r.example.com/3\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[0]: holds a user or a password, which must not be in a spec; make a Secret with it, and write password: {secretRef: {name: athens-redis}}"}},
		{"redis as a URL with a database", "athens: {singleFlight: {redis: {endpoints: [\"rediss://r.example.com/3\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[0]: write endpoints: [\"r.example.com:6379\"] and tls: {}, database: 3"}},
		{"redis as a URL of a short name", "athens: {singleFlight: {redis: {endpoints: [\"redis://redis.cache\"]}}}", []string{"spec.athens.singleFlight.redis.endpoints[0]: as in redis.cache.svc:6379"}},
		{"redis as clouds sell it", "athens: {singleFlight: {redis: {endpoints: [\"acme.redis.cache.windows.net:6380\"], tls: {}, username: athens, database: 3, password: {secretRef: {name: a}}}}}", nil},
		{"a user without a password", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:1\"], username: \"a b\"}}}", []string{"spec.athens.singleFlight.redis.username: is not a user of Redis", "spec.athens.singleFlight.redis.username: is not sent without a password"}},
		{"a database below zero", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:1\"], database: -1}}}", []string{"spec.athens.singleFlight.redis.database: write 0 or more"}},
		{"TLS before it had a password", "athens: {version: v0.16.2, singleFlight: {redis: {endpoints: [\"r.example.com:1\"], tls: {}, password: {secretRef: {name: a}}}}}", []string{"spec.athens.singleFlight.redis.password: does not count beside tls, username or database before Athens v0.17.0"}},
		{"a cluster", "athens: {singleFlight: {redis: {endpoints: [\"a.example.com:1\", \"b.example.com:1\"], tls: {}, cluster: {}}}}", nil},
		{"a cluster inside", "athens: {singleFlight: {redis: {endpoints: [\"redis.cache.svc.cluster.local:6379\"], cluster: {}}}}", nil},
		{"a cluster by one name", "athens: {singleFlight: {redis: {endpoints: [\"clustercfg.athens.abc123.use1.cache.amazonaws.com:6379\"], cluster: {}}}}", []string{"spec.athens.singleFlight.redis.cluster.servers: is required: the endpoint sends Athens to the other nodes"}},
		{"a cluster of an old Athens", "athens: {version: v0.17.1, singleFlight: {redis: {endpoints: [\"redis.cache.svc.cluster.local:6379\"], database: 1, cluster: {}}}}", []string{"spec.athens.singleFlight.redis.database: a Redis Cluster has database 0 only", "spec.athens.singleFlight.redis.cluster: is read from Athens v0.18.0 on"}},
		{"a cluster behind sentinels", "athens: {singleFlight: {" + sentinel + ", servers: [\"r.example.com:1\"]}, cluster: {servers: [\"r.example.com:1\"]}}}}", []string{"spec.athens.singleFlight.redis.cluster: is set together with sentinel"}},
		{"sentinels over TLS", "athens: {singleFlight: {" + sentinel + ", servers: [\"r.example.com:1\"]}, tls: {}}}}", []string{"spec.athens.singleFlight.redis.tls: Athens calls sentinels and their server in plain text only"}},
		{"sentinels with a database", "athens: {version: v0.17.1, singleFlight: {" + sentinel + ", servers: [\"r.example.com:1\"]}, database: 1, username: u}}}", []string{"spec.athens.singleFlight.redis.database: is read with sentinel from Athens v0.18.0 on"}},
		{"etcd over TLS", "athens: {singleFlight: {etcd: {endpoints: [\"etcd-0.etcd.svc.cluster.local:2379\"], tls: {}}}}", nil},
		{"lock shorter than the store", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:1\"], lock: {ttl: 10m}}}}", []string{"spec.athens.singleFlight.redis.lock.ttl: write at least 630s"}},
		{"lock long enough", "athens: {timeouts: {stash: 60s}, singleFlight: {redis: {endpoints: [\"r.example.com:1\"], lock: {ttl: 90s}}}}", nil},
		{"lock's numbers", "athens: {singleFlight: {redis: {endpoints: [\"r.example.com:1\"], lock: {timeout: -1s, maxRetries: -1}}}}", []string{"spec.athens.singleFlight.redis.lock.timeout: must be longer than nothing", "spec.athens.singleFlight.redis.lock.maxRetries: must be at least 1"}},
		{"sentinel", "athens: {singleFlight: {" + sentinel + ", servers: [\"r.example.com:6379\"], password: {secretRef: {name: a}}}}}}", nil},
		{"sentinel without anything", "athens: {singleFlight: {redis: {sentinel: {}}}}", []string{"spec.athens.singleFlight.redis.endpoints: is required", "spec.athens.singleFlight.redis.sentinel.masterName: is required", "spec.athens.singleFlight.redis.sentinel.servers: is required"}},
		{"sentinel behind a registry", "athens: {singleFlight: {" + sentinel + "}}}, upstream: {goproxy: \"https://mirror.example.com\"}}", []string{"spec.athens.singleFlight.redis.sentinel.servers: is required: the sentinels send Athens to servers of their own"}},
		{"sentinel behind policies", "athens: {singleFlight: {" + sentinel + "}}}}", []string{"spec.athens.singleFlight.redis.sentinel.servers: is required"}},
		{"sentinel in the open", "athens: {singleFlight: {" + sentinel + "}}}}\nnetworkPolicies: {enabled: false}", nil},
	})
}

func TestDownload(t *testing.T) {
	for _, lock := range []string{redis, "singleFlight: {etcd: {endpoints: [\"e.example.com:1\"]}}", blob, "storage: {gcs: {bucket: abc}}"} {
		stricttest.Run(t, rule{"async, " + lock, "athens: {download: {mode: Async}, " + lock + "}", []string{"spec.athens.download.mode: write Sync"}})
		stricttest.Run(t, rule{"async_redirect, " + lock, "athens: {download: {mode: AsyncRedirect, url: \"https://mirror.example.com\"}, " + lock + "}", []string{"spec.athens.download.mode: write Redirect or Sync"}})
		stricttest.Run(t, rule{"rule, " + lock, "athens: {download: {rules: [{pattern: a.example.com/*, mode: Async}]}, " + lock + "}", []string{"spec.athens.download.rules[0].mode: write Sync"}})
		stricttest.Run(t, rule{"sync, " + lock, "athens: {download: {mode: Sync}, " + lock + "}", nil})
	}
	stricttest.RunAll(t, []rule{
		{"async alone", "athens: {download: {mode: Async}}", nil},
		{"mode", "athens: {download: {mode: asinc}}", []string{"spec.athens.download.mode: did you mean Async?"}},
		{"mode as Athens writes it", "athens: {download: {mode: 'async_redirect', rules: [{pattern: a.io, mode: 'sync'}, {pattern: a.c, mode: 'none'}]}}",
			[]string{"spec.athens.download.mode: did you mean AsyncRedirect?", "spec.athens.download.rules[0].mode: did you mean Sync?", "spec.athens.download.rules[1].mode: did you mean None?"}},
		{"redirect without a URL", "athens: {download: {mode: Redirect}}", []string{"spec.athens.download.url: is required by mode Redirect"}},
		{"redirect", "athens: {download: {mode: Redirect, url: \"https://mirror.example.com\", rules: [{pattern: a.example.com, mode: Redirect}, {pattern: b.example.com, mode: Redirect, url: \"https://two.example.com\"}]}}", nil},
		{"rule's redirect without a URL", "athens: {download: {rules: [{pattern: a.example.com, mode: Redirect}]}}", []string{"spec.athens.download.rules[0].url: is required by mode Redirect"}},
		{"rule without anything", "athens: {download: {rules: [{}]}}", []string{"spec.athens.download.rules[0].pattern: is empty", "spec.athens.download.rules[0].mode: is required"}},
		{"pattern twice", "athens: {download: {rules: [{pattern: a.io, mode: Sync}, {pattern: a.io, mode: None}]}}", []string{"spec.athens.download.rules[1].pattern: the first that matches wins"}},
		{"URLs", "athens: {download: {url: mirror.example.com, rules: [{pattern: a.io, mode: Redirect, url: \"ftp://a.io\"}]}}", []string{"spec.athens.download.url: is not the URL of a server", "spec.athens.download.rules[0].url: is not the URL of a server"}},
		{"the site itself", "athens: {download: {mode: Redirect, url: \"https://goproxy.example.com\"}}", []string{"spec.athens.download.url: is the site itself"}},
	})
	for _, pattern := range []string{`a"b`, `a\b`, "${x}", "%{if}"} {
		stricttest.Run(t, rule{pattern, fmt.Sprintf("athens: {download: {rules: [{pattern: %q, mode: Sync}]}}", pattern),
			[]string{"spec.athens.download.rules[0].pattern: has a meaning in Athens' download file"}})
	}
}

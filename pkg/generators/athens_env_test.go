package generators

import (
	"slices"
	"strings"
	"testing"
)

func TestStorageEnv(t *testing.T) {
	for name, test := range map[string]struct {
		storage string
		want    []string
	}{
		"memory": {`memory: {}`, []string{"ATHENS_STORAGE_TYPE=memory"}},
		"disk":   {`disk: {}`, []string{"ATHENS_STORAGE_TYPE=disk", "ATHENS_DISK_STORAGE_ROOT=/var/lib/athens"}},
		"mongo": {`mongo: {url: {secretRef: {name: m}}}`, []string{
			"ATHENS_STORAGE_TYPE=mongo",
			"ATHENS_MONGO_STORAGE_URL<m/url",
			"ATHENS_MONGO_DEFAULT_DATABASE=athens",
			"ATHENS_MONGO_DEFAULT_COLLECTION=modules",
		}},
		"azure with a key": {`azureBlob: {account: acc, container: c, credentials: {secretRef: {name: a}}}`, []string{
			"ATHENS_STORAGE_TYPE=azureblob",
			"ATHENS_AZURE_ACCOUNT_NAME=acc",
			"ATHENS_AZURE_CONTAINER_NAME=c",
			"ATHENS_AZURE_ACCOUNT_KEY<a/accountKey",
		}},
		"azure with an identity": {`azureBlob: {account: acc, container: c, credentials: {managedIdentity: {resourceID: /id}}}`, []string{
			"ATHENS_STORAGE_TYPE=azureblob",
			"ATHENS_AZURE_ACCOUNT_NAME=acc",
			"ATHENS_AZURE_CONTAINER_NAME=c",
			"ATHENS_AZURE_MANAGED_IDENTITY_RESOURCE_ID=/id",
			"ATHENS_AZURE_CREDENTIAL_SCOPE=https://storage.azure.com/.default",
		}},
		"gcs with an identity": {`gcs: {bucket: b}`, []string{
			"ATHENS_STORAGE_TYPE=gcp", "ATHENS_STORAGE_GCP_BUCKET=b",
		}},
		"gcs with a key": {`gcs: {bucket: b, projectID: p, credentials: {secretRef: {name: g}}}`, []string{
			"ATHENS_STORAGE_TYPE=gcp",
			"ATHENS_STORAGE_GCP_BUCKET=b",
			"GOOGLE_CLOUD_PROJECT=p",
			"GOOGLE_APPLICATION_CREDENTIALS=/etc/athens/gcp/key.json",
		}},
		"s3 with a role": {`s3: {region: eu-west-1, bucket: b}`, []string{
			"ATHENS_STORAGE_TYPE=s3",
			"AWS_REGION=eu-west-1",
			"ATHENS_S3_BUCKET_NAME=b",
			"AWS_USE_DEFAULT_CONFIGURATION=true",
			"AWS_FORCE_PATH_STYLE=false",
		}},
		"s3 of another provider": {`s3: {region: r, bucket: b, endpoint: "https://s3.example.com", forcePathStyle: true, credentials: {secretRef: {name: k}}}`, []string{
			"ATHENS_STORAGE_TYPE=s3",
			"AWS_REGION=r",
			"ATHENS_S3_BUCKET_NAME=b",
			"AWS_USE_DEFAULT_CONFIGURATION=true",
			"AWS_FORCE_PATH_STYLE=true",
			"AWS_ENDPOINT=https://s3.example.com",
			"AWS_ACCESS_KEY_ID<k/AWS_ACCESS_KEY_ID",
			"AWS_SECRET_ACCESS_KEY<k/AWS_SECRET_ACCESS_KEY",
		}},
		"s3 with keys of one's own": {`s3: {region: r, bucket: b, credentials: {secretRef: {name: k, keys: {accessKeyID: id, secretAccessKey: key, sessionToken: token}}}}`, []string{
			"ATHENS_STORAGE_TYPE=s3",
			"AWS_REGION=r",
			"ATHENS_S3_BUCKET_NAME=b",
			"AWS_USE_DEFAULT_CONFIGURATION=true",
			"AWS_FORCE_PATH_STYLE=false",
			"AWS_ACCESS_KEY_ID<k/id",
			"AWS_SECRET_ACCESS_KEY<k/key",
			"AWS_SESSION_TOKEN<k/token",
		}},
		"minio over TLS": {`minio: {endpoint: "minio:9000", tls: {}, bucket: b, credentials: {secretRef: {name: k, keys: {accessKeyID: id, secretAccessKey: key}}}}`, []string{
			"ATHENS_STORAGE_TYPE=minio",
			"ATHENS_MINIO_ENDPOINT=minio:9000",
			"ATHENS_MINIO_USE_SSL=true",
			"ATHENS_MINIO_BUCKET_NAME=b",
			"ATHENS_MINIO_ACCESS_KEY_ID<k/id",
			"ATHENS_MINIO_SECRET_ACCESS_KEY<k/key",
		}},
		"minio": {`minio: {endpoint: "minio:9000", bucket: b, credentials: {secretRef: {name: k}}}`, []string{
			"ATHENS_STORAGE_TYPE=minio",
			"ATHENS_MINIO_ENDPOINT=minio:9000",
			"ATHENS_MINIO_USE_SSL=false",
			"ATHENS_MINIO_BUCKET_NAME=b",
			"ATHENS_MINIO_ACCESS_KEY_ID<k/accessKey",
			"ATHENS_MINIO_SECRET_ACCESS_KEY<k/secretKey",
		}},
		"external": {`external: {url: "https://store.example.com"}`, []string{
			"ATHENS_STORAGE_TYPE=external", "ATHENS_EXTERNAL_STORAGE_URL=https://store.example.com",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, "athens: {storage: {"+test.storage+"}}")
			same(t, "environment", lines(storageEnv(site.Spec.Athens.Storage)), test.want)
		})
	}
}

func TestSingleFlightEnv(t *testing.T) {
	lock := []string{
		"ATHENS_REDIS_LOCK_TTL=900",
		"ATHENS_REDIS_LOCK_TIMEOUT=600",
		"ATHENS_REDIS_LOCK_MAX_RETRIES=600",
	}
	for name, test := range map[string]struct {
		athens string
		want   []string
	}{
		"none": {``, []string{"ATHENS_SINGLE_FLIGHT_TYPE=memory"}},
		"etcd": {`singleFlight: {etcd: {endpoints: ["a:2379", "b:2379"]}}`, []string{
			"ATHENS_SINGLE_FLIGHT_TYPE=etcd", "ATHENS_ETCD_ENDPOINTS=a:2379,b:2379",
		}},
		"redis": {`singleFlight: {redis: {endpoints: ["r:6379"]}}`, append([]string{
			"ATHENS_SINGLE_FLIGHT_TYPE=redis", "ATHENS_REDIS_ENDPOINT=r:6379",
		}, lock...)},
		"redis with a password": {`singleFlight: {redis: {endpoints: ["r:6379"], password: {secretRef: {name: s}}}}`, append([]string{
			"ATHENS_SINGLE_FLIGHT_TYPE=redis", "ATHENS_REDIS_ENDPOINT=r:6379", "ATHENS_REDIS_PASSWORD<s/password",
		}, lock...)},
		// Athens' own sentinel password is not empty, so an empty one is set.
		"sentinel": {`singleFlight: {redis: {endpoints: ["s1:26379", "s2:26379"], sentinel: {masterName: m}}}`, append([]string{
			"ATHENS_SINGLE_FLIGHT_TYPE=redis-sentinel",
			"ATHENS_REDIS_SENTINEL_ENDPOINTS=s1:26379,s2:26379",
			"ATHENS_REDIS_SENTINEL_MASTER_NAME=m",
			"ATHENS_REDIS_SENTINEL_PASSWORD=",
		}, lock...)},
		"azure": {`storage: {azureBlob: {account: a, container: c, credentials: {secretRef: {name: s}}}}`,
			[]string{"ATHENS_SINGLE_FLIGHT_TYPE=azureblob"}},
		"gcs": {`storage: {gcs: {bucket: b}}`, []string{"ATHENS_SINGLE_FLIGHT_TYPE=gcp"}},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, "athens: {"+test.athens+"}")
			same(t, "environment", lines(singleFlightEnv(site.Spec.Athens.SingleFlight)), test.want)
		})
	}
}

func TestGoEnv(t *testing.T) {
	const git = "GIT_CONFIG_COUNT=1;GIT_CONFIG_KEY_0=protocol.http.allow;GIT_CONFIG_VALUE_0=user"
	for name, test := range map[string]struct{ athens, want string }{
		"direct": {`{}`, "GOPROXY=direct;" + git},
		"proxies": {`{upstream: {goproxy: "https://a.example.com|https://b.example.com, off"}}`,
			"GOPROXY=https://a.example.com|https://b.example.com, off"},
		"private modules beside a proxy": {`{upstream: {goproxy: "https://a.example.com"}, private: {patterns: [git.example.com]}}`,
			"GOPROXY=https://a.example.com;GOPRIVATE=git.example.com;" + git},
		"everything": {`{
			upstream: {goEnv: {GOSUMDB: "off", GOVCS: "*:git", GOFLAGS: "-x", GONOPROXY: none, GOINSECURE: i}},
			private: {patterns: ["github.com/acme/*", "*.corp.example.com"], gitConfig: {secretRef: {name: g}}}}`,
			"GOPROXY=direct;GOPRIVATE=github.com/acme/*,*.corp.example.com;" +
				"GIT_CONFIG_COUNT=2;GIT_CONFIG_KEY_0=protocol.http.allow;GIT_CONFIG_VALUE_0=user;" +
				"GIT_CONFIG_KEY_1=include.path;GIT_CONFIG_VALUE_1=/etc/athens/gitconfig/.gitconfig;" +
				"GOFLAGS=-x;GOINSECURE=i;GONOPROXY=none;GOSUMDB=off;GOVCS=*:git"},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, "athens: "+strings.ReplaceAll(test.athens, "\t", " "))
			for range 20 { // a map's order changes from call to call
				same(t, "go's environment", goEnv(site), test.want)
			}
		})
	}
}

func TestStashTimeoutByVersion(t *testing.T) {
	for version, want := range map[string]bool{"v0.16.0": false, "v0.16.2": false, "v0.17.0": true, "v0.18.0": true} {
		site := newSite(t, "athens: {version: "+version+"}")
		if got := slices.Contains(lines(athensEnv(site)), "ATHENS_STASH_TIMEOUT=600"); got != want {
			t.Errorf("%s: stash timeout set: %v, want %v", version, got, want)
		}
	}
}

func TestEveryVariableOnce(t *testing.T) {
	site := newSite(t, everythingPrivate)
	seen := map[string]bool{}
	for _, v := range athensEnv(site) {
		if seen[v.Name] {
			t.Errorf("%s twice", v.Name)
		}
		seen[v.Name] = true
	}
	for _, name := range []string{"ATHENS_PORT", "HOME", "ATHENS_HGRC_PATH", "GIT_SSH_COMMAND", "BASIC_AUTH_USER", "BASIC_AUTH_PASS", "EXTRA"} {
		if !seen[name] {
			t.Errorf("no %s", name)
		}
	}
}

func TestUsersVariablesReplaceOurs(t *testing.T) {
	site := newSite(t, `athens: {filter: D, upstream: {goproxy: "https://mirror.example.com"},
      env: [{name: ATHENS_GLOBAL_ENDPOINT, value: "https://other.example.com"}]}`)
	var got []string
	for _, line := range lines(athensEnv(site)) {
		if strings.HasPrefix(line, "ATHENS_GLOBAL_ENDPOINT") {
			got = append(got, line)
		}
	}
	same(t, "endpoint", got, []string{"ATHENS_GLOBAL_ENDPOINT=https://other.example.com"})
}

func TestIndexEnv(t *testing.T) {
	for name, test := range map[string]struct {
		index string
		want  []string
	}{
		"memory": {`{memory: {}}`, []string{"ATHENS_INDEX_TYPE=memory"}},
		"postgres outside": {`{postgres: {host: db.example.com, credentials: {secretRef: {name: s}}}}`, []string{
			"ATHENS_INDEX_TYPE=postgres",
			"ATHENS_INDEX_POSTGRES_HOST=db.example.com",
			"ATHENS_INDEX_POSTGRES_PORT=5432",
			"ATHENS_INDEX_POSTGRES_DATABASE=athens",
			"ATHENS_INDEX_POSTGRES_USER<s/username",
			"ATHENS_INDEX_POSTGRES_PASSWORD<s/password",
			"ATHENS_INDEX_POSTGRES_PARAMS=connect_timeout:30,sslmode:require",
		}},
		"postgres verified": {`{postgres: {host: db.example.com, tls: {caRef: {configMapRef: {name: ca}}, clientCertificate: {secretRef: {name: c}}}, parameters: {sslmode: verify-ca, application_name: athens}, credentials: {secretRef: {name: s}}}}`, []string{
			"ATHENS_INDEX_TYPE=postgres",
			"ATHENS_INDEX_POSTGRES_HOST=db.example.com",
			"ATHENS_INDEX_POSTGRES_PORT=5432",
			"ATHENS_INDEX_POSTGRES_DATABASE=athens",
			"ATHENS_INDEX_POSTGRES_USER<s/username",
			"ATHENS_INDEX_POSTGRES_PASSWORD<s/password",
			"ATHENS_INDEX_POSTGRES_PARAMS=connect_timeout:30,sslmode:verify-ca,sslrootcert:/etc/athens/index/ca.crt,sslcert:/etc/athens/index/tls.crt,sslkey:/etc/athens/index/tls.key,application_name:athens",
		}},
		"mysql inside": {`{mysql: {host: db.data.svc.cluster.local, credentials: {secretRef: {name: s}}}}`, []string{
			"ATHENS_INDEX_TYPE=mysql",
			"ATHENS_INDEX_MYSQL_PROTOCOL=tcp",
			"ATHENS_INDEX_MYSQL_HOST=db.data.svc.cluster.local",
			"ATHENS_INDEX_MYSQL_PORT=3306",
			"ATHENS_INDEX_MYSQL_DATABASE=athens",
			"ATHENS_INDEX_MYSQL_USER<s/username",
			"ATHENS_INDEX_MYSQL_PASSWORD<s/password",
			"ATHENS_INDEX_MYSQL_PARAMS=parseTime:true,timeout:30s,sql_mode:'NO_ENGINE_SUBSTITUTION',tls:preferred",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, "athens: {index: "+test.index+"}")
			same(t, "environment", lines(indexEnv(site)), test.want)
		})
	}
}

// everythingPrivate sets what adds variables, files and volumes.
const everythingPrivate = `
athens:
  basicAuth: {secretRef: {name: auth}}
  filter: "- example.com/bad\n"
  download: {mode: Sync, rules: [{pattern: "a.example.com/*", mode: None}]}
  env: [{name: EXTRA, value: "1"}]
  private:
    patterns: ["github.com/acme/*"]
    credentials:
    - {host: github.com, token: {secretRef: {name: token}}}
    - {host: git.example.com, ssh: {secretRef: {name: ssh}}}
    gitConfig: {secretRef: {name: git}}
    hgrc: {secretRef: {name: hg}}
`

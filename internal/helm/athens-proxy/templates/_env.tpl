{{- /* The environment of Athens, as a list. Helpers add a variable to .env if its value is not empty. */ -}}
{{- define "set" }}{{ if index . 2 }}{{ $_ := set (index . 0) "env" (append (index . 0).env (dict "name" (index . 1) "value" (index . 2 | toString))) }}{{ end }}{{ end -}}
{{- define "always" }}{{ $_ := set (index . 0) "env" (append (index . 0).env (dict "name" (index . 1) "value" (index . 2 | toString))) }}{{ end -}}
{{- define "ref" }}{{ $_ := set (index . 0) "env" (append (index . 0).env (dict "name" (index . 1) "valueFrom" (dict "secretKeyRef" (dict "name" (index . 2) "key" (index . 3))))) }}{{ end -}}
{{- define "own" }}{{ if index . 3 }}{{ include "ref" (list (index . 0) (index . 1) (index . 0).secret (index . 2)) }}{{ end }}{{ end -}}

{{- define "retries" -}}
{{- $to := index . 0 -}}
{{- with index . 1 -}}
{{- include "set" (list $to "ATHENS_REDIS_LOCK_TTL" .ttl) -}}
{{- include "set" (list $to "ATHENS_REDIS_LOCK_TIMEOUT" .timeout) -}}
{{- include "set" (list $to "ATHENS_REDIS_LOCK_MAX_RETRIES" .maxRetries) -}}
{{- end -}}
{{- end -}}

{{- define "storage" -}}
{{- $to := index . 0 -}}{{- $s := index . 1 -}}
{{- include "always" (list $to "ATHENS_STORAGE_TYPE" $s.type) -}}
{{- if eq $s.type "disk" -}}
{{- include "always" (list $to "ATHENS_DISK_STORAGE_ROOT" $s.disk.storageRoot) -}}
{{- else if eq $s.type "mongo" -}}
{{- include "own" (list $to "ATHENS_MONGO_STORAGE_URL" "ATHENS_MONGO_STORAGE_URL" true) -}}
{{- else if eq $s.type "s3" -}}
{{- include "always" (list $to "AWS_REGION" $s.s3.region) -}}
{{- include "always" (list $to "ATHENS_S3_BUCKET_NAME" $s.s3.bucket) -}}
{{- include "always" (list $to "AWS_USE_DEFAULT_CONFIGURATION" $s.s3.useDefaultConfiguration) -}}
{{- include "always" (list $to "AWS_FORCE_PATH_STYLE" $s.s3.forcePathStyle) -}}
{{- include "own" (list $to "AWS_ACCESS_KEY_ID" "AWS_ACCESS_KEY_ID" $s.s3.accessKey) -}}
{{- include "own" (list $to "AWS_SECRET_ACCESS_KEY" "AWS_SECRET_ACCESS_KEY" $s.s3.secretKey) -}}
{{- include "own" (list $to "AWS_SESSION_TOKEN" "AWS_SESSION_TOKEN" $s.s3.sessionToken) -}}
{{- else if eq $s.type "gcp" -}}
{{- include "always" (list $to "GOOGLE_CLOUD_PROJECT" $s.gcp.projectID) -}}
{{- include "always" (list $to "ATHENS_STORAGE_GCP_BUCKET" $s.gcp.bucket) -}}
{{- include "own" (list $to "ATHENS_STORAGE_GCP_JSON_KEY" "ATHENS_STORAGE_GCP_JSON_KEY" $s.gcp.serviceAccount) -}}
{{- else if eq $s.type "minio" -}}
{{- include "set" (list $to "ATHENS_MINIO_ENDPOINT" $s.minio.endpoint) -}}
{{- include "own" (list $to "ATHENS_MINIO_ACCESS_KEY_ID" "ATHENS_MINIO_ACCESS_KEY_ID" $s.minio.accessKey) -}}
{{- include "own" (list $to "ATHENS_MINIO_SECRET_ACCESS_KEY" "ATHENS_MINIO_SECRET_ACCESS_KEY" $s.minio.secretKey) -}}
{{- include "set" (list $to "ATHENS_MINIO_BUCKET_NAME" $s.minio.bucket) -}}
{{- end -}}
{{- end -}}

{{- define "lock" -}}
{{- $to := index . 0 -}}{{- $l := index . 1 -}}
{{- include "set" (list $to "ATHENS_SINGLE_FLIGHT_TYPE" $l.type) -}}
{{- if eq $l.type "etcd" -}}
{{- include "set" (list $to "ATHENS_ETCD_ENDPOINTS" $l.etcd.endpoints) -}}
{{- else if eq $l.type "redis" -}}
{{- include "set" (list $to "ATHENS_REDIS_ENDPOINT" $l.redis.endpoint) -}}
{{- if $l.redis.existingSecret -}}
{{- include "ref" (list $to "ATHENS_REDIS_PASSWORD" $l.redis.existingSecret $l.redis.existingSecretKey) -}}
{{- else -}}
{{- include "own" (list $to "ATHENS_REDIS_PASSWORD" "ATHENS_SINGLE_FLIGHT_REDIS_PASSWORD" $l.redis.password) -}}
{{- end -}}
{{- include "retries" (list $to $l.redis.lockConfig) -}}
{{- else if eq $l.type "redis-sentinel" -}}
{{- $r := $l.redisSentinel -}}
{{- include "set" (list $to "ATHENS_REDIS_SENTINEL_ENDPOINTS" $r.endpoints) -}}
{{- include "set" (list $to "ATHENS_REDIS_SENTINEL_MASTER_NAME" $r.masterName) -}}
{{- if $r.existingSecret -}}
{{- include "ref" (list $to "ATHENS_REDIS_SENTINEL_PASSWORD" $r.existingSecret $r.existingSecretKey) -}}
{{- else -}}
{{- include "own" (list $to "ATHENS_REDIS_SENTINEL_PASSWORD" "ATHENS_SINGLE_FLIGHT_REDIS_SENTINEL_SENTINEL_PASSWORD" $r.sentinelPassword) -}}
{{- end -}}
{{- include "set" (list $to "ATHENS_REDIS_USERNAME" $r.redisUsername) -}}
{{- include "own" (list $to "ATHENS_REDIS_PASSWORD" "ATHENS_SINGLE_FLIGHT_REDIS_SENTINEL_REDIS_PASSWORD" $r.redisPassword) -}}
{{- include "retries" (list $to $r.lockConfig) -}}
{{- end -}}
{{- end -}}

{{- define "env" -}}
{{- $v := .Values -}}
{{- $to := dict "env" list "secret" (printf "%s-secret" (include "name" .)) -}}
{{- include "always" (list $to "ATHENS_GOGET_WORKERS" $v.goGetWorkers) -}}
{{- include "storage" (list $to $v.storage) -}}
{{- /* 0.15.1 (athens-charts#112) brought singleFlight. */ -}}
{{- if semverCompare ">=0.15.1-0" .Chart.Version }}{{ include "lock" (list $to $v.singleFlight) }}{{ end -}}
{{- if $v.netrc.enabled }}{{ include "always" (list $to "ATHENS_NETRC_PATH" "/etc/netrc/.netrc") }}{{ end -}}
{{- if $v.upstreamProxy.enabled -}}
{{- include "always" (list $to "ATHENS_FILTER_FILE" "/usr/local/lib/FilterForUpstreamProxy") -}}
{{- include "always" (list $to "ATHENS_GLOBAL_ENDPOINT" $v.upstreamProxy.url) -}}
{{- end -}}
{{- if $v.jaeger.enabled -}}
{{- include "always" (list $to "ATHENS_TRACE_EXPORTER_URL" ($v.jaeger.url | default (printf "http://%s-jaeger:14268" (include "name" .)))) -}}
{{- include "always" (list $to "ATHENS_TRACE_EXPORTER" "jaeger") -}}
{{- else if $v.tracing.enabled -}}
{{- include "always" (list $to "ATHENS_TRACE_EXPORTER_URL" $v.tracing.url) -}}
{{- include "always" (list $to "ATHENS_TRACE_EXPORTER" $v.tracing.type) -}}
{{- end -}}
{{- if $v.basicAuth.enabled -}}
{{- $secret := $v.basicAuth.secretName | default "athens-proxy-basic-auth" -}}
{{- include "ref" (list $to "BASIC_AUTH_USER" $secret ($v.basicAuth.usernameSecretKey | default "username")) -}}
{{- include "ref" (list $to "BASIC_AUTH_PASS" $secret ($v.basicAuth.passwordSecretKey | default "password")) -}}
{{- end -}}
{{- /* The last of two variables counts: since 0.15.0 (athens-charts#114) that of configEnvVars. */ -}}
{{- $own := $v.configEnvVars | default list -}}
{{- if semverCompare ">=0.15.0-0" .Chart.Version }}{{ concat $to.env $own | toJson }}{{ else }}{{ concat $own $to.env | toJson }}{{ end -}}
{{- end -}}

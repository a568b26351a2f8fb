{{- define "name" -}}
{{- $app := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $app) (contains $app .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "account" -}}
{{- $default := ternary (include "name" .) "default" .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default $default | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "home" -}}{{ ternary "/home/athens" "/root" (eq (toString .Values.image.runAsNonRoot) "true") }}{{- end -}}

{{- /* The argument is a list: the root, and what follows the name. */ -}}
{{- define "labels" -}}
{{- $root := index . 0 -}}
{{- $name := printf "%s%s" (include "name" $root) (index . 1) -}}
{{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version -}}
{{- $own := dict "app" $name "release" $root.Release.Name "chart" $chart "heritage" $root.Release.Service
  "helm.sh/chart" $chart "app.kubernetes.io/name" $name "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/managed-by" $root.Release.Service "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- mergeOverwrite $own ($root.Values.extraLabels | default dict) | toJson -}}
{{- end -}}

{{- define "selector" -}}{{ dict "app" (include "name" .) "release" .Release.Name | toJson }}{{- end -}}

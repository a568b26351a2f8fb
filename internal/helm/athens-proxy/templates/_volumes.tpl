{{- /* Athens' volumes and where they are mounted: {volumes, mounts, keys}; keys are the mounts of the init container. */ -}}
{{- define "volume" }}{{ $_ := set (index . 0) "volumes" (append (index . 0).volumes (merge (dict "name" (index . 1)) (index . 2))) }}{{ end -}}
{{- define "mount" }}{{ $_ := set (index . 0) "mounts" (append (index . 0).mounts (merge (dict "name" (index . 1) "mountPath" (index . 2)) (index . 3))) }}{{ end -}}

{{- define "volumes" -}}
{{- $v := .Values -}}{{- $name := include "name" . -}}{{- $home := include "home" . -}}
{{- $to := dict "volumes" list "mounts" list "keys" list -}}
{{- $disk := dict "emptyDir" dict -}}
{{- if $v.storage.disk.persistence.enabled }}{{ $disk = dict "persistentVolumeClaim" (dict "claimName" (printf "%s-storage" $name)) }}{{ end -}}
{{- include "volume" (list $to "storage-volume" $disk) -}}
{{- if eq $v.storage.type "disk" }}{{ include "mount" (list $to "storage-volume" $v.storage.disk.storageRoot dict) }}{{ end -}}
{{- if $v.upstreamProxy.enabled -}}
{{- include "volume" (list $to "upstream-config" (dict "configMap" (dict "name" (printf "%s-upstream" $name)))) -}}
{{- include "mount" (list $to "upstream-config" "/usr/local/lib" (dict "readOnly" true)) -}}
{{- end -}}
{{- if $v.netrc.enabled -}}
{{- include "volume" (list $to "netrc" (dict "secret" (dict "secretName" $v.netrc.existingSecret))) -}}
{{- include "mount" (list $to "netrc" "/etc/netrc" (dict "readOnly" true)) -}}
{{- end -}}
{{- if $v.sshGitServers -}}
{{- include "volume" (list $to "ssh-keys" (dict "emptyDir" dict)) -}}
{{- include "volume" (list $to "ssh-git-servers-config" (dict "configMap" (dict "name" (printf "%s-ssh-git-servers" $name)))) -}}
{{- include "volume" (list $to "ssh-git-servers-secret" (dict "secret" (dict "secretName" (printf "%s-ssh-git-servers" $name)))) -}}
{{- include "mount" (list $to "ssh-git-servers-config" (printf "%s/.ssh/config" $home) (dict "subPath" "ssh_config")) -}}
{{- include "mount" (list $to "ssh-git-servers-config" (printf "%s/.gitconfig" $home) (dict "subPath" "git_config")) -}}
{{- include "mount" (list $to "ssh-keys" "/ssh-keys" dict) -}}
{{- $_ := set $to "keys" (append $to.keys (dict "name" "ssh-keys" "mountPath" "/ssh-keys")) -}}
{{- end -}}
{{- if $v.gitconfig.enabled -}}
{{- include "volume" (list $to "gitconfig" (dict "secret" (dict "secretName" $v.gitconfig.secretName "items" (list (dict "key" $v.gitconfig.secretKey "path" "gitconfig"))))) -}}
{{- include "mount" (list $to "gitconfig" "/etc/gitconfig" (dict "subPath" "gitconfig")) -}}
{{- end -}}
{{- range $v.sshGitServers -}}
{{- $volume := "ssh-git-servers-secret" -}}
{{- $path := printf "%s/.ssh/id_rsa-%s" $home .host -}}
{{- $sub := printf "id_rsa-%s" .host -}}
{{- if .existingSecret -}}
{{- $sub = .existingSecret.subPath -}}
{{- $volume = printf "ssh-git-servers-secret-%s" (.host | replace "." "-") -}}
{{- include "volume" (list $to $volume (dict "secret" (dict "secretName" .existingSecret.name))) -}}
{{- include "mount" (list $to $volume $path (dict "subPath" $sub)) -}}
{{- end -}}
{{- $_ := set $to "keys" (append $to.keys (dict "name" $volume "mountPath" $path "subPath" $sub)) -}}
{{- end -}}
{{- with $v.extraVolumes }}{{ $_ := set $to "volumes" (concat $to.volumes .) }}{{ end -}}
{{- with $v.extraVolumeMounts }}{{ $_ := set $to "mounts" (concat $to.mounts .) }}{{ end -}}
{{- toJson $to -}}
{{- end -}}

{{- define "traefik.selector" -}}
app.kubernetes.io/name: traefik
app.kubernetes.io/instance: {{ .Release.Name }}-{{ .Release.Namespace }}
{{- end }}

{{- define "traefik.labels" -}}
{{ include "traefik.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "traefik.arguments" -}}
- --global.checknewversion=false
- --global.sendanonymoususage=false
- --ping=true
{{- range $name, $port := .Values.ports }}
- --entrypoints.{{ $name }}.address=:{{ $port.port }}/tcp
{{- end }}
- --entrypoints.websecure.http.tls=true
{{- with .Values.providers.kubernetesIngressNGINX }}
{{- if .enabled }}
- --providers.kubernetesingressnginx
- --providers.kubernetesingressnginx.controllerclass={{ .controllerClass }}
- --providers.kubernetesingressnginx.ingressclass={{ .ingressClass }}
{{- if and .publishService.enabled $.Values.service.enabled }}
- --providers.kubernetesingressnginx.publishservice={{ $.Release.Namespace }}/{{ $.Release.Name }}
{{- end }}
{{- with .globalAllowedResponseHeaders }}
- --providers.kubernetesingressnginx.globalallowedresponseheaders={{ join "," . }}
{{- end }}
{{- with .publishStatusAddress }}
- --providers.kubernetesingressnginx.publishstatusaddress={{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Values.additionalArguments }}
- {{ . | quote }}
{{- end }}
{{- end }}

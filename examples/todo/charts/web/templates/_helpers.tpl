{{/* Where the objects go: a namespace of their own when values name one. */}}
{{- define "web.namespace" -}}
{{ .Values.namespace | default .Release.Namespace }}
{{- end }}

{{/* What pods are selected by. */}}
{{- define "web.selector" -}}
app.kubernetes.io/name: web
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "web.labels" -}}
{{ include "web.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What the "restricted" level of Pod Security asks for, and a root file system that nobody writes to. */}}
{{- define "web.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

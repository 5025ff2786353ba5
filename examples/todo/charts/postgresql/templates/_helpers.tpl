{{/* Where the objects go: a namespace of their own when values name one. */}}
{{- define "postgresql.namespace" -}}
{{ .Values.namespace | default .Release.Namespace }}
{{- end }}

{{/* What pods are selected by. */}}
{{- define "postgresql.selector" -}}
app.kubernetes.io/name: postgresql
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "postgresql.labels" -}}
{{ include "postgresql.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What the "restricted" level of Pod Security asks for, and a root file system that nobody writes to. */}}
{{- define "postgresql.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "postgresql.podSecurity" -}}
runAsNonRoot: true
runAsUser: 999
runAsGroup: 999
fsGroup: 999
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* How the tools reach the database: libpq's own variables. */}}
{{- define "postgresql.client" -}}
- name: PGHOST
  value: postgresql
- name: PGDATABASE
  value: {{ .Values.database }}
- name: PGUSER
  valueFrom:
    secretKeyRef:
      name: postgresql
      key: username
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: postgresql
      key: password
{{- end }}

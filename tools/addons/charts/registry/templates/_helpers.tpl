{{- define "registry.config" -}}
version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: /var/lib/registry}
  delete: {enabled: true}
  cache: {blobdescriptor: inmemory}
  maintenance:
    uploadpurging: {enabled: true, age: 24h, interval: 6h, dryrun: false}
    readonly: {enabled: {{ .readOnly }}}
http:
  addr: ":5000"
  draintimeout: 30s
health:
  storagedriver: {enabled: true, interval: 30s, threshold: 3}
{{- end }}
{{- define "registry.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  annotations: {helm.sh/resource-policy: keep}
spec:
  accessModes: [ReadWriteOnce]
  {{- with .class }}
  storageClassName: {{ . }}
  {{- end }}
  resources: {requests: {storage: {{ .size }}}}
{{- end }}
{{- define "registry.service" -}}
apiVersion: v1
kind: Service
metadata: {name: {{ .name }}}
spec:
  type: NodePort
  selector: {app: {{ .name }}}
  ports: [{name: http, port: 5000, nodePort: {{ .nodePort }}}]
{{- end }}
{{- define "registry.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .name }}}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: {{ .name }}}}
  template:
    metadata:
      labels: {app: {{ .name }}}
      annotations: {kat.dev/configuration: {{ .checksum }}}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532}
      containers:
      - name: registry
        image: {{ .values.image }}
        imagePullPolicy: {{ .values.imagePullPolicy }}
        command: {{ .command | toJson }}
        ports: [{name: http, containerPort: 5000}]
        readinessProbe:
          httpGet: {path: /v2/, port: http}
          periodSeconds: 2
          failureThreshold: 5
        livenessProbe:
          httpGet: {path: /v2/, port: http}
          periodSeconds: 20
          failureThreshold: 6
        resources: {{ .values.resources | toJson }}
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        volumeMounts:
        - {name: data, mountPath: /var/lib/registry}
        - {name: configuration, mountPath: /etc/registry}
        - {name: tmp, mountPath: /tmp}
      volumes:
      - {name: data, persistentVolumeClaim: {claimName: {{ .claim }}}}
      - {name: configuration, configMap: {name: {{ .name }}}}
      - {name: tmp, emptyDir: {}}
{{- end }}

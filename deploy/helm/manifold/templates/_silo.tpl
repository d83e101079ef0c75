{{/*
The pod of a silo. Takes a dictionary: root (the chart's context), role, and settings (the role's part of the values).
*/}}
{{- define "manifold.pod" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $image := default dict .settings.image -}}
metadata:
  labels:
    {{- include "manifold.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
  annotations:
    {{- if not $values.redis.existingSecret }}
    # A changed connection string restarts the silos.
    checksum/redis: {{ $values.redis.connectionString | sha256sum }}
    {{- end }}
    kubectl.kubernetes.io/default-container: manifold
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "manifold.fullname" $root }}
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: {{ .settings.terminationGracePeriodSeconds }}
  {{- with $values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml $values.podSecurityContext | nindent 4 }}
  containers:
    - name: manifold
      image: "{{ default $values.image.repository $image.repository }}:{{ default (default $root.Chart.AppVersion $values.image.tag) $image.tag }}"
      imagePullPolicy: {{ $values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      ports:
        {{- if eq .role "gateway" }}
        - name: grpc
          containerPort: 6810
        {{- end }}
        - name: http
          containerPort: 6811
        - name: silo
          containerPort: 11111
      env:
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: Orleans__Endpoints__AdvertisedIPAddress
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        - name: ConnectionStrings__redis
          valueFrom:
            secretKeyRef:
              name: {{ include "manifold.redisSecret" $root }}
              key: {{ $values.redis.existingSecretKey }}
        - name: Orleans__ClusterId
          value: {{ $values.cluster.clusterId | quote }}
        - name: Orleans__ServiceId
          value: {{ $values.cluster.serviceId | quote }}
        - name: Orleans__Endpoints__SiloPort
          value: "11111"
        - name: Manifold__Roles
          value: {{ .role }}
        - name: Manifold__Name
          value: $(POD_NAME)
        - name: Manifold__Listen
          value: 0.0.0.0
        - name: Manifold__Port
          value: "6810"
        - name: Manifold__HttpPort
          value: "6811"
        - name: Manifold__Data
          value: /var/lib/manifold
        - name: Manifold__SegmentStore
          value: {{ include "manifold.segmentStore" $root | quote }}
        - name: Manifold__DefaultShardCount
          value: {{ $values.cluster.defaultShardCount | int64 | quote }}
        - name: Manifold__DefaultReplicaCount
          value: {{ $values.cluster.defaultReplicaCount | int64 | quote }}
        - name: Manifold__Redis__AssumeDurable
          value: {{ $values.redis.assumeDurable | quote }}
        - name: Manifold__Redis__MaxLogBytes
          value: {{ $values.redis.maxLogBytes | int64 | quote }}
        {{- if eq .role "shard" }}
        - name: Manifold__SegmentCache__Folder
          value: /var/lib/manifold/segment-cache
        - name: Manifold__SegmentCache__MaxBytes
          value: {{ .settings.cache.maxBytes | int64 | quote }}
        {{- end }}
        {{- if eq .role "encoder" }}
        - name: Manifold__Encoders__Device
          value: {{ .settings.device }}
        {{- end }}
        {{- with $values.telemetry.otlpEndpoint }}
        - name: OTEL_EXPORTER_OTLP_ENDPOINT
          value: {{ . | quote }}
        {{- end }}
        - name: OTEL_SERVICE_NAME
          value: manifold-{{ .role }}
        {{- with $values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- if and $values.segments.s3ExistingSecret (not $values.segments.existingClaim) }}
      envFrom:
        - secretRef:
            name: {{ $values.segments.s3ExistingSecret }}
      {{- end }}
      # Opening shards and encoders may take its time; after that, health decides who is sent calls, and only a process that serves nothing is restarted.
      startupProbe:
        httpGet:
          path: /health
          port: http
        periodSeconds: 5
        timeoutSeconds: 6
        failureThreshold: 60
      readinessProbe:
        httpGet:
          path: /health
          port: http
        periodSeconds: 5
        timeoutSeconds: 6
        failureThreshold: 2
      livenessProbe:
        httpGet:
          path: /alive
          port: http
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      resources:
        {{- $gpu := default dict .settings.gpu }}
        {{- if gt (int (default 0 $gpu.count)) 0 }}
        {{- toYaml (mergeOverwrite (deepCopy .settings.resources) (dict "limits" (dict $gpu.resource (int $gpu.count)))) | nindent 8 }}
        {{- else }}
        {{- toYaml .settings.resources | nindent 8 }}
        {{- end }}
      volumeMounts:
        - name: data
          mountPath: /var/lib/manifold
        - name: tmp
          mountPath: /tmp
        {{- if $values.segments.existingClaim }}
        - name: segments
          mountPath: /segments
        {{- end }}
  volumes:
    {{- if ne .role "shard" }}
    - name: data
      emptyDir: {}
    {{- end }}
    - name: tmp
      emptyDir: {}
    {{- with $values.segments.existingClaim }}
    - name: segments
      persistentVolumeClaim:
        claimName: {{ . }}
    {{- end }}
  {{- with .settings.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .settings.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .settings.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if eq .role "shard" }}
  topologySpreadConstraints:
    {{- with .settings.topologySpreadConstraints }}
    {{- toYaml . | nindent 4 }}
    {{- else }}
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "manifold.selector" $root | nindent 10 }}
          app.kubernetes.io/component: shard
    {{- end }}
  {{- end }}
{{- end -}}

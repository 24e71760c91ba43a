{{- define "uctrace.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "uctrace.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "uctrace.labels" -}}
{{ include "uctrace.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "uctrace.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "uctrace.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* settings as uctraced.yaml has them: what the chart decides wins over config */ -}}
{{- define "uctrace.config" -}}
{{- $nats := dict "url" (required "nats.url: name the NATS server" .Values.nats.url) "nkey" "/etc/uctrace/nats/seed" -}}
{{- if .Values.nats.caSecret.name }}{{ $_ := set $nats "ca_file" "/etc/uctrace/nats-ca/ca.crt" }}{{ end -}}
{{- $click := dict "url" (required "clickhouse.url: name the ClickHouse server" .Values.clickhouse.url) "database" .Values.clickhouse.database "username" .Values.clickhouse.username "password_file" "/etc/uctrace/clickhouse/password" -}}
{{- if .Values.clickhouse.caSecret.name }}{{ $_ := set $click "ca_file" "/etc/uctrace/clickhouse-ca/ca.crt" }}{{ end -}}
{{- $http := dict "listen" (printf "0.0.0.0:%v" .Values.http.port) "cert_file" "/etc/uctrace/tls/tls.crt" "key_file" "/etc/uctrace/tls/tls.key" "token_file" "/etc/uctrace/http/token" -}}
{{- mergeOverwrite (dict "log" (dict "format" "json")) (deepCopy .Values.config) (dict "data_dir" "/var/lib/uctrace" "nats" $nats "clickhouse" $click "http" $http) | toYaml -}}
{{- end }}

{{- define "uctrace.agentConfig" -}}
{{- $nats := dict "url" (required "nats.url: name the NATS server" .Values.nats.url) "nkey" "/etc/uctrace/nats/seed" -}}
{{- if .Values.nats.caSecret.name }}{{ $_ := set $nats "ca_file" "/etc/uctrace/nats-ca/ca.crt" }}{{ end -}}
{{- $own := dict "state_dir" "/var/lib/uctrace-agent" "id" (required "agent.id: name the agent" .Values.agent.id) "cluster" .Values.agent.cluster "nats" $nats "http" (dict "listen" "127.0.0.1:8081") -}}
{{- mergeOverwrite (dict "paths" (list "/logs") "log" (dict "format" "json")) (deepCopy .Values.agent.config) $own | toYaml -}}
{{- end }}

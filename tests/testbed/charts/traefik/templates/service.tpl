{{- if .Values.service.enabled }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "traefik.labels" . | nindent 4 }}
spec:
  {{- toYaml .Values.service.spec | nindent 2 }}
  selector:
    {{- include "traefik.selector" . | nindent 4 }}
  ports:
    {{- range $name := list "web" "websecure" }}
    - name: {{ $name }}
      port: {{ (index $.Values.ports $name).exposedPort }}
      targetPort: {{ $name }}
    {{- end }}
{{- end }}

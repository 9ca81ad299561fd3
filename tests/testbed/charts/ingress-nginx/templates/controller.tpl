apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-controller
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
spec:
  selector:
    matchLabels:
      {{- include "ingress-nginx.selector" . | nindent 6 }}
  {{- with .Values.controller.updateStrategy }}
  strategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "ingress-nginx.labels" . | nindent 8 }}
    spec:
      hostNetwork: {{ .Values.controller.hostNetwork }}
      dnsPolicy: {{ .Values.controller.dnsPolicy }}
      containers:
        - name: controller
          image: {{ .Values.controller.image.repository }}:{{ .Values.controller.image.tag }}
          imagePullPolicy: IfNotPresent
          command: [caddy, respond, --listen, ":8080", --status, "404"]
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            tcpSocket:
              port: http
            periodSeconds: 2
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-controller
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
data:
  {{- toYaml .Values.controller.config | nindent 2 }}
{{- if .Values.controller.service.enabled }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-controller
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
spec:
  type: {{ .Values.controller.service.type }}
  selector:
    {{- include "ingress-nginx.selector" . | nindent 4 }}
  ports:
    - name: http
      port: 80
      targetPort: http
{{- end }}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: {{ .Values.controller.ingressClassResource.name }}
  labels:
    {{- include "ingress-nginx.labels" . | nindent 4 }}
spec:
  controller: {{ .Values.controller.ingressClassResource.controllerValue }}

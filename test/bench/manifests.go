package main

// manifests are the shapes of the foreign resources; %[1]d is their number.
var manifests = []string{`apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%[1]d
  namespace: shop
  labels: {app: app-%[1]d} # as its team wrote it
spec:
  replicas: 2
  selector:
    matchLabels: {app: app-%[1]d}
  template:
    metadata:
      labels: {app: app-%[1]d}
    spec:
      containers:
      - name: app
        image: registry.example.com/app:v1.%[1]d
        args: ["--listen", ":8080"]
        ports:
        - {name: http, containerPort: 8080}
        resources:
          requests: {cpu: 100m, memory: 128Mi}
`, `apiVersion: v1
kind: Service
metadata:
  name: app-%[1]d
  namespace: shop
spec:
  selector:
    app: app-%[1]d
  ports:
  - name: http
    port: 80
    targetPort: http
`, `apiVersion: v1
kind: ConfigMap
metadata:
  name: app-%[1]d
  namespace: shop
data:
  LOG_LEVEL: info
  app.toml: |
    [server]
    listen = ":8080"
    workers = %[1]d
`}

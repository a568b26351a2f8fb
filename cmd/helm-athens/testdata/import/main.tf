# As in the documentation of the provider hashicorp/helm, with values that only
# Terraform knows.
resource "helm_release" "athens" {
  name             = "athens"
  namespace        = "go-proxy"
  create_namespace = true
  repository       = "https://gomods.github.io/athens-charts"
  chart            = "athens-proxy"
  version          = "0.16.1"

  values = [
    <<-EOT
      replicaCount: 2
      storage:
        type: s3
        s3:
          region: eu-west-1
          bucket: ${aws_s3_bucket.modules.bucket}
      singleFlight:
        type: redis
        redis:
          endpoint: redis.cache.svc:6379
    EOT
    , yamlencode({
      ingress = {
        enabled = true
        hosts   = [{ host = "athens.example.com", paths = [{ path = "/", pathType = "Prefix" }] }]
      }
    }),
  ]

  set {
    name  = "goGetWorkers"
    value = 9
  }

  set_sensitive {
    name  = "singleFlight.redis.password"
    value = "hunter2"
  }
}

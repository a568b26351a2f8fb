package mesh

// clientEdits are edits of examples/enterprise: tokens, credentials and a proxy.
var clientEdits = []fault{
	put("jwt: another issuer", "RequestAuthentication goproxy-clients", "spec jwtRules 0 issuer", "https://gitlab.example.com"),
	cut("jwt: any audience", "RequestAuthentication goproxy-clients", "spec jwtRules 0 audiences"),
	put("jwt: another header", "RequestAuthentication goproxy-clients", "spec jwtRules 0 fromHeaders 0 name", "x-token"),
	put("jwt: forwarded", "RequestAuthentication goproxy-clients", "spec jwtRules 0 forwardOriginalToken", true),
	put("jwt: keys from elsewhere", "RequestAuthentication goproxy-clients", "spec jwtRules 0 jwksUri", "http://keys.example.net/jwks"),
	put("jwt: selects nothing", "RequestAuthentication goproxy-clients", "spec selector matchLabels athens.gomods.io/site", "goproxy"),
	without("no RequestAuthentication", "RequestAuthentication goproxy-clients"),
	put("credential script gone", "ConfigMap goproxy-athens", "data", m{"gitconfig": ""}),
	put("go.env empty", "ConfigMap goproxy-athens", "data go.env", "GOAUTH=off\n"),
	put("ssh without host keys", "ConfigMap goproxy-athens", "data ssh_config", "Host *\n\tStrictHostKeyChecking no\n"),
	put("config of another map", depA, podA+"volumes config configMap name", "goproxy-config"),
	put("config hash", depA, "spec template metadata annotations athens.gomods.io/config-hash", "0"),
	put("trust init gone", depA, podA+"initContainers", []any{}),
	put("pull secret gone", depA, podA+"imagePullSecrets", []any{}),
	without("Redis entry gone", "ServiceEntry goproxy-egress-tls-6380"),
	put("proxy entry port", "ServiceEntry goproxy-egress-tcp-3128", "spec ports 0 number", 8080),
	put("proxy env", depA, contA+"env HTTPS_PROXY value", "http://other.example.com:3128"),
	put("no_proxy", depA, contA+"env NO_PROXY value", ""),
}

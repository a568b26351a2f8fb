package mesh

// gatewayEdits are edits of the Gateway.
var gatewayEdits = []fault{
	put("TLS 1.0", gwObj, "spec servers 0 tls minProtocolVersion", "TLSV1_0"),
	cut("no least TLS version", gwObj, "spec servers 0 tls minProtocolVersion"),
	put("weak ciphers", gwObj, "spec servers 0 tls cipherSuites", texts("AES128-SHA")),
	put("optional client certificates", gwObj, "spec servers 0 tls mode", "OPTIONAL_MUTUAL"),
	put("HTTPS redirect", gwObj, "spec servers 0 tls httpsRedirect", true),
	put("any host", gwObj, "spec servers 0 hosts", texts("*")),
	cut("the claim is gone", gwObj, "spec servers 0 hosts 1"),
	put("bound to loopback", gwObj, "spec servers 0 bind", "127.0.0.1"),
	plus("a plain server besides", gwObj, "spec servers", m{"port": m{"number": 80, "protocol": "HTTP", "name": "http"}, "hosts": texts("./goproxy.example.com")}),
	put("the certificate of another site", gwObj, "spec servers 0 tls credentialName", "shop-tls"),
	put("selector of two labels", gwObj, "spec selector app", "ingress"),
	put("gateway in another namespace", gwObj, "metadata namespace", "aks-istio-ingress"),
}

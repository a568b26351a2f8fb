package v1alpha1

// https checks what keeps clients off plain HTTP.
func (r *rules) https(path string, g *Gateway) {
	if g.HSTS != nil {
		r.seconds(path+".hsts.maxAge", g.HSTS.MaxAge)
	}
	at := path + ".plainHTTP"
	if g.PlainHTTP == "" || !r.enum(at, g.PlainHTTP, PlainHTTPClosed, PlainHTTPRedirect) || g.PlainHTTP == PlainHTTPClosed {
		return
	}
	// A redirect names no port: clients would ask 443.
	if port := g.Istio.Workload.Port; port != 443 && r.spec.Edge.FrontDoor == nil && r.sound(path+".istio.workload.port") {
		r.add(at, "redirects to port 443, and the site's gateway serves HTTPS on port %d (gateway.istio.workload.port): remove it, or serve HTTPS on 443", port)
	}
}

package v1alpha1

import "slices"

// azure checks the Azure resources that the site makes.
func (r *rules) azure() {
	const path = "spec.azure.provision"
	r.enum("spec.azure.tool", r.spec.Azure.Tool, ToolServiceOperator, ToolTerraform)
	p := r.spec.Azure.Provision
	if p == nil {
		return
	}
	g := p.ResourceGroup
	if g.ResourceID == "" {
		g.Location = p.Location // one complaint about a place, not two
	}
	if r.resourceGroup(child(path, "resourceGroup"), &g); g.ResourceID != "" {
		r.location(child(path, "location"), p.Location)
	}
	if s := p.Storage; s != nil {
		r.azureStorage(child(path, "storage"), s)
	}
	if c := p.Cluster; c != nil {
		at := child(path, "cluster")
		r.azureName(child(at, "name"), c.Name, 1, 54) // it is the DNS prefix too
		r.check(child(at, "vmSize"), vmSize(c.VMSize))
		r.atLeastOne(child(at, "nodes"), c.Nodes)
		if r.spec.Mesh.Mode == MeshSidecar && !r.spec.Mesh.AddOn() {
			r.add("spec.mesh.revision", "is required with azure.provision.cluster: the add-on injects by it; write one that az aks mesh get-revisions lists, as in asm-1-30")
		}
		r.redirection(child(at, "proxyRedirectionMechanism"), c)
	}
	if p.Storage == nil && p.Cluster == nil {
		r.add(path, "makes nothing; write storage: {}, cluster: {} or both, or remove it")
	}
}

// redirection checks that the cluster admits the pods that its add-on injects
// into.
func (r *rules) redirection(path string, c *AzureCluster) {
	m, mode := c.ProxyRedirectionMechanism, r.spec.Mesh.Mode
	if m != "" && !r.enum(path, m, RedirectionCNI, RedirectionInit) || !r.sound("spec.mesh.mode", "spec.namespace") {
		return
	}
	cures := "write CNIChaining and, once the cluster is there, run " + r.site.aksCNICommand() + ", or write namespace.podSecurity: privileged"
	switch level := r.spec.Namespace.PodSecurity; {
	case mode != MeshSidecar && m != "":
		r.add(path, "is how sidecars get their traffic, but mesh.mode is %s; remove it", mode)
	case mode != MeshSidecar || m == RedirectionCNI || !*r.spec.Namespace.Create || level == PodSecurityPrivileged:
	case m == "":
		r.add(path, "is required: without Istio's CNI plugin, which these resources cannot turn on, the namespace's pod security level (%s) refuses every pod; %s", level, cures)
	default:
		r.add(path, "%s means an init container that the namespace's pod security level (%s) refuses, so no pod starts; %s", m, level, cures)
	}
}

// azureStorage checks the storage that the site makes.
func (r *rules) azureStorage(path string, s *AzureStorage) {
	storage := r.spec.Athens.Storage
	cosmos := storage.Mongo != nil && storage.Mongo.Cosmos != nil
	if storage.AzureBlob == nil && !cosmos && r.sound("spec.athens.storage") {
		r.add(path, "makes a blob container or a Cosmos DB database, and athens.storage names neither; write azureBlob or mongo.cosmos there, or remove storage")
	}
	switch {
	case cosmos:
		r.operatorSecret(path, storage.Mongo.URL.SecretRef.Name)
	case storage.AzureBlob != nil && storage.AzureBlob.Credentials.SecretRef != nil:
		r.operatorSecret(path, storage.AzureBlob.Credentials.SecretRef.Name)
	}
	r.enum(child(path, "replication"), s.Replication, "LRS", "ZRS", "GRS", "GZRS")
	if s.MaxThroughput < 1000 || s.MaxThroughput%1000 != 0 {
		r.add(child(path, "maxThroughput"), "%d is not what Cosmos DB scales to; write a multiple of 1000", s.MaxThroughput)
	}
	r.enum(child(path, "publicNetworkAccess"), s.PublicNetworkAccess, PublicAccessEnabled, PublicAccessDisabled)
	r.privateEndpoint(child(path, "publicNetworkAccess"), s)
	var same []string
	for i := range r.spec.Regions {
		if region := &r.spec.Regions[i]; !ownAccount(region) {
			same = append(same, region.Name)
		}
	}
	switch at := child(path, "region"); {
	case s.Region != "":
		r.holdingRegion(at, s.Region)
	case len(same) > 1 && r.sound("spec.regions"):
		r.add(at, "is required: the regions %s share an account, which one of them makes; write its name, or give each region an account of its own", orList(same))
	}
}

// privateEndpoint checks that the site's own policies open a private address to
// Athens where the account has no other.
func (r *rules) privateEndpoint(path string, s *AzureStorage) {
	port := int32(443)
	if r.spec.Athens.Storage.Mongo != nil {
		port = CosmosPort
	}
	named := r.spec.Mesh.Mode != MeshNone && r.spec.Egress.Mode == EgressListed
	opened := slices.ContainsFunc(r.spec.Egress.Allow, func(a EgressAllowance) bool {
		return a.CIDR != "" && slices.Contains(a.Ports, port)
	})
	if s.PublicNetworkAccess == PublicAccessDisabled && *r.spec.NetworkPolicies.Enabled && !named && !opened && r.sound("spec.egress", "spec.mesh.mode") {
		r.add(path, "Disabled leaves a private endpoint, whose address the site's NetworkPolicy closes; write its subnet as egress: {allow: [{cidr: RANGE, ports: [%d]}]}", port)
	}
}

// operatorSecret checks that no other controller makes the Secret that the operator
// writes.
func (r *rules) operatorSecret(path, secret string) {
	s := &r.spec.Secrets
	if r.spec.Azure.Tool != ToolServiceOperator || s.ExternalSecrets == nil && s.KeyVault == nil {
		return
	}
	if !slices.Contains(s.Unmanaged, secret) {
		r.add(path, "makes the operator write the Secret %s, which spec.secrets makes too; add %s to secrets.unmanaged", secret, secret)
	}
}

// ownAccount says whether a region names an account of its own.
func ownAccount(r *Region) bool {
	s := r.Written().Athens.Storage
	if s == nil {
		return false
	}
	return s.AzureBlob != nil && s.AzureBlob.Account != "" || s.Mongo != nil && s.Mongo.Cosmos != nil && s.Mongo.Cosmos.Account != ""
}

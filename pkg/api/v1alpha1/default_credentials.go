package v1alpha1

func defaultPrivate(p *Private) {
	source(p.Netrc, ".netrc")
	source(p.HgRC, ".hgrc")
	if g := p.GitConfig; g != nil {
		secretKey(g.SecretRef, ".gitconfig")
	}
	for i := range p.Credentials {
		c := &p.Credentials[i]
		source(c.Token, "token")
		if c.BasicAuth != nil {
			userKeys(c.BasicAuth)
		}
		if s := c.SSH; s != nil {
			or(&s.Port, 22)
			or(&s.User, "git")
			or(&s.SecretRef.Keys.PrivateKey, "ssh-privatekey")
			or(&s.SecretRef.Keys.KnownHosts, "known_hosts")
		}
		if c.GitHubApp != nil {
			or(&c.GitHubApp.SecretRef.Key, "private-key.pem")
		}
	}
}

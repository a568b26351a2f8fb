package importer

import "fmt"

// private are credentials: those of clients, and those for modules that are
// not public.
func (im *importer) private() {
	im.basicAuth()
	if im.is("netrc.enabled") {
		im.say(translated, "netrc.enabled", "spec.athens.private.netrc")
		im.put("netrc.existingSecret", "athens.private.netrc.secretRef.name", or(im.text("netrc.existingSecret"), "netrcsecret"))
	} else {
		im.say(isDefault, "netrc", "off, as in the values")
	}
	if im.is("gitconfig.enabled") {
		const field = "athens.private.gitConfig.secretRef."
		im.say(translated, "gitconfig.enabled", "spec.athens.private.gitConfig")
		im.put("gitconfig.secretName", field+"name", or(im.text("gitconfig.secretName"), "athens-proxy-gitconfig"))
		im.put("gitconfig.secretKey", field+"key", or(im.text("gitconfig.secretKey"), "gitconfig"))
	} else {
		im.say(isDefault, "gitconfig", "off, as in the values")
	}
	im.ssh()
}

func (im *importer) basicAuth() {
	if !im.is("basicAuth.enabled") {
		im.say(isDefault, "basicAuth", "off, as in the values")
		return
	}
	im.say(translated, "basicAuth.enabled", "spec.athens.basicAuth; it disables lathens, because a cached answer could reach a client with other credentials")
	im.put("basicAuth.secretName", "athens.basicAuth.secretRef.name", or(im.text("basicAuth.secretName"), "athens-proxy-basic-auth"))
	for _, key := range []string{"username", "password"} {
		value := "basicAuth." + key + "SecretKey"
		if is := or(im.text(value), key); is != key {
			im.move(value, "athens.basicAuth.secretRef.keys."+key)
		}
		im.say(isDefault, value, key)
	}
}

// ssh has one key for all servers here, and one for each in the chart.
func (im *importer) ssh() {
	servers, _ := im.get("sshGitServers").([]any)
	if len(servers) == 0 {
		return
	}
	server, _ := servers[0].(map[string]any)
	existing, _ := server["existingSecret"].(map[string]any)
	name, _ := existing["name"].(string)
	ref := map[string]any{"name": or(name, im.name+"-ssh")}
	key, _ := existing["subPath"].(string)
	if key != "" {
		ref["keys"] = map[string]any{"privateKey": key}
	}
	im.set("athens.private.credentials", []any{map[string]any{"host": server["host"], "ssh": map[string]any{"secretRef": ref}}})
	text := fmt.Sprintf("spec.athens.private.credentials: the Secret %s must hold the keys %s and known_hosts (the chart checks no host keys)", ref["name"], or(key, "ssh-privatekey"))
	text += fmt.Sprintf("; Git must turn https://%v into ssh: spec.athens.private.gitConfig with insteadOf", server["host"])
	if len(servers) > 1 {
		text += fmt.Sprintf("; a site has one key, so those of %d further servers are left out", len(servers)-1)
	}
	im.say(toDo, "sshGitServers", text)
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

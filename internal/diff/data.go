package diff

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// places are the variables that say where Athens keeps modules.
var places = [...]string{
	"ATHENS_STORAGE_TYPE", "ATHENS_AZURE_ACCOUNT_NAME", "ATHENS_AZURE_CONTAINER_NAME",
	"ATHENS_S3_BUCKET_NAME", "AWS_REGION", "AWS_ENDPOINT", "ATHENS_STORAGE_GCP_BUCKET",
	"ATHENS_MINIO_ENDPOINT", "ATHENS_MINIO_BUCKET_NAME", "ATHENS_MONGO_STORAGE_URL",
	"ATHENS_MONGO_DEFAULT_DATABASE", "ATHENS_MONGO_DEFAULT_COLLECTION",
	"ATHENS_EXTERNAL_STORAGE_URL", "ATHENS_DISK_STORAGE_ROOT",
}

// data compares where modules are.
func (c *comparison) data() {
	c.report(modules, "Deployment")
	c.claims(c.gone)
	for i := range c.pairs {
		if p := &c.pairs[i]; p.id.Kind == "PersistentVolumeClaim" {
			c.claim(p)
		}
	}
}

func modules(before, after []Object) []Change {
	old, now := stored(before), stored(after)
	if old == now || old == "" || now == "" {
		return nil
	}
	return []Change{change(modulesMove, "modules: "+old+" → "+now+". They are not moved: copy them first, or Athens begins empty and downloads everything again")}
}

// claims that are no longer generated.
func (c *comparison) claims(gone []Object) {
	for _, o := range ofKind(gone, "PersistentVolumeClaim") {
		c.note(claimGoes, "%s is no longer generated: %s with its modules", o.title(), pruned(tree.Get(o.tree, "metadata")))
	}
}

// claim compares a volume: it may grow, and nothing else.
func (c *comparison) claim(p *pair) {
	const instead = "create another claim, copy the modules, and name it in disk.claimRef"
	for i := range p.leaves {
		l := &p.leaves[i]
		if !strings.HasPrefix(l.path, "spec.") {
			continue
		}
		l.used = true
		code, words := claimRefused, "the API server refuses another value: "+instead
		if l.path == "spec.resources.requests.storage" {
			a, errA := resource.ParseQuantity(tree.Text(l.old))
			b, errB := resource.ParseQuantity(tree.Text(l.now))
			switch {
			case errA != nil || errB != nil: // of neither is known which is larger
			case b.Cmp(a) > 0:
				code, words = claimGrows, "refused unless its storage class has allowVolumeExpansion: true"
			default:
				words = "a claim cannot shrink: keep the size, or " + instead
			}
		}
		c.field(code, p, l, words)
	}
}

// stored is where the modules of a site are, in short.
func stored(objects []Object) string {
	for i := range objects {
		o := &objects[i]
		if o.pod() == nil || o.program() != "athens" {
			continue
		}
		env := o.env()
		var out []string
		for _, name := range places {
			if value := tree.Text(variable(env[name])); value != "" {
				out = append(out, quote.Of(name, value))
			}
		}
		for _, v := range tree.Items(o.pod(), "volumes") {
			if claim := tree.Text(v, "persistentVolumeClaim", "claimName"); claim != "" {
				out = append(out, "claim "+claim)
			}
		}
		return strings.Join(out, " ")
	}
	return ""
}

package azure

import "github.com/gomods/athens-kfn/pkg/generators"

// SecretsOf are the Secrets, with their keys, that the operator writes for one
// of this package's objects, in the namespace of the object. It owns them: one
// that was made by hand under that name is in its way.
func SecretsOf(o generators.Object) (out []generators.SecretUse) {
	switch o := o.(type) {
	case *generators.Custom[storageAccountSpec]:
		if told := o.Spec.OperatorSpec; told != nil {
			out = append(out, generators.SecretUse{Name: told.Secrets.Key1.Name, Keys: []string{told.Secrets.Key1.Key}})
		}
	case *generators.Custom[databaseAccountSpec]:
		for _, e := range o.Spec.OperatorSpec.SecretExpressions {
			out = append(out, generators.SecretUse{Name: e.Name, Keys: []string{e.Key}})
		}
	}
	return out
}

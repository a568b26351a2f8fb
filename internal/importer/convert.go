package importer

import (
	"cmp"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// assign sets a field of a struct by its path, makes the structs on the way, and
// converts by its type: Athens counts seconds and separates lists by commas.
func assign(v reflect.Value, field, value string) error {
	for name := range strings.SplitSeq(field, ".") {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		i := -1
		var fields []strict.Field
		if v.Kind() == reflect.Struct {
			fields = strict.Fields(v.Type())
			i = slices.IndexFunc(fields, func(f strict.Field) bool { return f.Name == name })
		}
		if i < 0 {
			return fmt.Errorf("has no conversion to %s", field)
		}
		v = v.FieldByIndex(fields[i].Index)
	}
	switch v.Interface().(type) {
	case string:
		if quote.HoldsLogin(value) {
			return fmt.Errorf("holds a password in its URL, which a site file must not: write it without, with the login in a .netrc")
		}
		v.SetString(value)
	case int32:
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32)
		if err != nil {
			return fmt.Errorf("is not a number")
		}
		v.SetInt(n)
	case bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("is not true or false")
		}
		v.SetBool(b)
	case []string:
		v.Set(reflect.ValueOf(commaSplit(value)))
	case *metav1.Duration:
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32)
		if err != nil {
			return fmt.Errorf("is not a number of seconds")
		}
		v.Set(reflect.ValueOf(&metav1.Duration{Duration: time.Duration(n) * time.Second}))
	default:
		return fmt.Errorf("has no conversion to %s", field)
	}
	return nil
}

func commaSplit(s string) []string {
	out := []string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// camel is a word of Athens as the spec writes it: async_redirect is AsyncRedirect.
func camel(s string) (out string) {
	for word := range strings.SplitSeq(strings.ToLower(s), "_") {
		out += strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
	}
	return out
}

// server is host:port of a URL, or of host:port, with the login that it has.
func server(s, port string) (hostPort string, login *url.Userinfo, rest *url.URL) {
	if !strings.Contains(s, "://") {
		s = "tcp://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return "", nil, nil
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return v1alpha1.FullName(host) + ":" + cmp.Or(u.Port(), port), u.User, u
}

// addresses are settings that are hosts, perhaps with ports, or lists of them.
var addresses = []string{"ATHENS_ETCD_ENDPOINTS", "ATHENS_INDEX_MYSQL_HOST", "ATHENS_INDEX_POSTGRES_HOST", "ATHENS_MINIO_ENDPOINT", "ATHENS_REDIS_SENTINEL_ENDPOINTS"}

// fullNames writes the Services in a list of addresses as a site has them.
func fullNames(list string) string {
	out := strings.Split(list, ",")
	for i, address := range out {
		host, port, found := strings.Cut(strings.TrimSpace(address), ":")
		if full := v1alpha1.FullName(host); full != host && found {
			out[i] = full + ":" + port
		} else if full != host {
			out[i] = full
		}
	}
	return strings.Join(out, ",")
}

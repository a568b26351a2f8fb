package envoy

import (
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"github.com/gomods/athens-kfn/internal/envoypath"
)

// normalize rewrites the path of a request as the connection manager does
// before it looks at it; ok is false if it answers 400 instead.
func normalize(h *hcmv3.HttpConnectionManager, path string) (out string, ok bool) {
	switch h.PathWithEscapedSlashesAction {
	case hcmv3.HttpConnectionManager_IMPLEMENTATION_SPECIFIC_DEFAULT, hcmv3.HttpConnectionManager_KEEP_UNCHANGED:
	default:
		unsupported("path with escaped slashes: %v", h.PathWithEscapedSlashesAction)
	}
	if !h.NormalizePath.GetValue() || h.MergeSlashes {
		unsupported("normalize_path %v, merge_slashes %v", h.NormalizePath, h.MergeSlashes)
	}
	return envoypath.Normalize(path, envoypath.HTTP1)
}

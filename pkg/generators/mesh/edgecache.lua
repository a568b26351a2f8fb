-- Files of a version never change, so an edge may keep them; answers that are
-- not 200, and what a branch stands for today (master.info), it must not.
local key = "athens.gomods.io"
function envoy_on_request(request)
  local path = request:headers():get(":path"):match("^[^?]*")
  local file, kind = path:match("^/.+/@v/([^/]+)%.(%l+)$")
  if kind == "info" or kind == "mod" or kind == "zip" then
    local fixed = file:match("^v%d+%.%d+%.%d+$") or file:match("^v%d+%.%d+%.%d+[-+]")
    request:streamInfo():dynamicMetadata():set(key, "file", fixed and "fixed" or "moving")
  end
end
function envoy_on_response(response)
  local file = (response:streamInfo():dynamicMetadata():get(key) or {}).file
  if file == "fixed" and response:headers():get(":status") == "200" then
    response:headers():replace("cache-control", "public, max-age=MAX_AGE, immutable")
  elseif file then
    response:headers():replace("cache-control", "no-store")
  end
end

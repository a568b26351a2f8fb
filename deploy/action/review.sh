#!/usr/bin/env bash
# Reviews the site of a pull request: athens-kfn check and diff, and a picture of both
# states, as a comment and in the job's summary. The pull request is data: its commits
# are fetched, never checked out, and athens-kfn reads the site from Git.
#
# From action.yml: SITE, REGION, FAIL_ON, COMMENT, GH_TOKEN, NUMBER, HEAD_SHA.
# From the runner: GITHUB_*, RUNNER_TEMP. ATHENS_KFN names a program instead of a build.
set -euo pipefail

fail() {
  echo "::error title=athens-kfn::$1"
  exit 1
}

[[ "${NUMBER:-}" =~ ^[0-9]+$ && "${HEAD_SHA:-}" =~ ^[0-9a-f]{40,64}$ ]] || fail "run this action on pull_request or pull_request_target"
[[ -n "${SITE:-}" && "$SITE" != -* && "$SITE" != /* && "$SITE" != *$'\n'* ]] || fail "site must be a path in the repository"

work=$(mktemp -d "$RUNNER_TEMP/athens-kfn.XXXXXX")
trap 'rm -rf "$work"' EXIT
kfn=${ATHENS_KFN:-}
if [[ -z "$kfn" ]]; then
  kfn=$work/athens-kfn
  (cd "$GITHUB_ACTION_PATH" && GOWORK=off GOFLAGS="" CGO_ENABLED=0 go build -trimpath -o "$kfn" ./cmd/athens-kfn)
fi

# The merge commit has both states: its first parent is the base, its second the head.
git init --quiet --bare "$work/repository"
cd "$work/repository"
login=$(printf 'x-access-token:%s' "$GH_TOKEN" | base64 | tr -d '\n')
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $login" \
  git fetch --quiet --no-tags --depth=2 "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" "refs/pull/$NUMBER/merge" ||
  fail "the pull request has no merge commit: resolve its conflicts"
new=$(git rev-parse FETCH_HEAD)
old=$(git rev-parse FETCH_HEAD^1)
[[ "$(git rev-parse FETCH_HEAD^2)" == "$HEAD_SHA" ]] || fail "the pull request has newer commits, which a run of their own reviews"

# What athens-kfn prints can hold text of the pull request: the runner must not read
# commands in it. It finds no program but git: with a kustomize, the pull request could
# name remote bases. It does not have the token either.
mkdir "$work/bin"
ln -s "$(command -v git)" "$work/bin/git"
quiet=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
run() {
  local to=$1 code=0
  shift
  echo "::stop-commands::$quiet"
  env -i PATH="$work/bin" HOME="$work" "$kfn" "$@" >"$to" || code=$?
  echo "::$quiet::"
  return "$code"
}

region=()
if [[ -n "${REGION:-}" ]]; then region=(--region "$REGION"); fi

picture() { # TITLE COMMIT
  echo "<details><summary>Picture of the site $1 the change</summary>"
  echo
  if run "$work/picture" graph -o mermaid "${region[@]}" "$2:$SITE" >&2 && [[ $(wc -c <"$work/picture") -le 14000 ]]; then
    echo '```mermaid'
    cat "$work/picture"
    echo '```'
  else
    echo 'There is no picture: the log of the job has the reason, or it is larger than a comment can hold.'
  fi
  echo
  echo '</details>'
  echo
}

there() { git cat-file -e "$1:$SITE" 2>"$work/error"; }

checked=0 differs=0
body=$work/body.md
mark="<!-- athens-kfn $(printf '%s' "$SITE $REGION" | sha256sum | cut -c1-16) -->"
{
  echo "$mark"
  echo '### athens-kfn'
  echo
  if there "$new"; then
    echo '**Check**'
    echo
    run "$work/check" check -o markdown "${region[@]}" "$new:$SITE" >&2 || checked=$?
    cat "$work/check"
  else
    echo 'The pull request removes the site. Remove it from the cluster too: the runbook of athens-kfn has the steps.'
  fi
  echo
  if there "$old" && there "$new"; then
    echo '**What changes for callers**'
    echo
    fail_on=()
    if [[ -n "${FAIL_ON:-}" ]]; then fail_on=(--fail-on "$FAIL_ON"); fi
    run "$work/diff" diff -o markdown "${region[@]}" "${fail_on[@]}" "$old:$SITE" "$new:$SITE" >&2 || differs=$?
    cat "$work/diff"
    echo
  fi
  if there "$old"; then picture before "$old"; fi
  if there "$new"; then picture after "$new"; fi
} >"$body"
cat "$body" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

if [[ "${COMMENT:-true}" == true ]]; then
  comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
  # Only a comment of this token's bot is edited: anyone can write the mark.
  id=$(gh api --paginate "$comments" --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$mark\"))) | .id" | head -n 1) || id=
  if [[ "$id" =~ ^[0-9]+$ ]]; then
    target=(--method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id")
  else
    target=(--method POST "$comments")
  fi
  gh api --silent "${target[@]}" -F "body=@$body" ||
    echo "::warning title=athens-kfn::the comment was not written: the job needs pull-requests write, which a pull request from a fork has with pull_request_target only. The job's summary has the text"
fi

if ((checked == 1 || checked == 2)); then fail "athens-kfn check found errors"; fi
if ((checked > 2)); then fail "athens-kfn check could not judge all of the site"; fi
if ((differs > 1)); then fail "athens-kfn diff could not compare the two states"; fi
if ((differs == 1)) && [[ -n "${FAIL_ON:-}" ]]; then fail "the change has one of the codes $FAIL_ON"; fi

// Package action tests the GitHub Action of action.yml and the hooks of
// .pre-commit-hooks.yaml: review.sh with a repository and a GitHub that are not real.
package action

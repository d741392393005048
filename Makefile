# `make check` is what CI runs. `make help` lists the rest.
GO ?= go
PKGS ?= ./...

.PHONY: help build run test race check fmt vet lint vuln bench fuzz pages quality clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## build bin/xuanti
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/xuanti ./cmd/xuanti

run: ## run the demo
	$(GO) run ./cmd/xuanti serve --demo

test: ## run all tests
	$(GO) test $(PKGS)

race: ## run all tests with the race detector
	$(GO) test -race -timeout 20m $(PKGS)

check: fmt vet lint vuln race ## everything CI runs

fmt: ## fail when a file is not formatted
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofmt would change:"; echo "$$out"; exit 1; }

vet: ## go vet
	$(GO) vet $(PKGS)

lint: ## golangci-lint, with the import rules
	golangci-lint run $(PKGS)

vuln: ## known vulnerabilities; skipped, and said so, when the database cannot be reached
	@command -v govulncheck >/dev/null || { echo "govulncheck is not installed"; exit 1; }
	@if govulncheck $(PKGS) > .vuln.log 2>&1; then tail -1 .vuln.log; \
	elif grep -qE 'vuln.go.dev|no such host|connection refused|403|timeout|dial tcp' .vuln.log; then echo "govulncheck: the vulnerability database cannot be reached from here, not checked"; \
	else cat .vuln.log; rm -f .vuln.log; exit 1; fi; rm -f .vuln.log

bench: ## all benchmarks once
	$(GO) test -run '^$$' -bench . -benchtime 1x $(PKGS)

fuzz: ## every fuzz target for ten seconds
	@for p in $$($(GO) list $(PKGS)); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 10s $$p || exit 1; done; done

pages: ## click through the demo in headless Chromium
	$(GO) test -tags browser -count 1 -v -run TestPages ./cmd/xuanti

clean:
	rm -rf bin

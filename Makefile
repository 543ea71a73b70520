.DEFAULT_GOAL := help

.PHONY: help demo build generate test race lint bench e2e up down clean

help: ## Print this
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build, compile every environment, and show what one edited line does
	@go run ./e2e/demo

build: ## Build bin/lakewright
	go build -o bin/lakewright ./cmd/lakewright

generate: build ## Compile environments/*/generated
	bin/lakewright generate

test: ## Run every test that needs no cluster
	go run ./internal/testrun $$(go list ./... | grep -v /e2e)
	go run ./internal/testrun -C tools/karpenter -count=1 ./...

race: ## Run the same tests with the race detector
	go run ./internal/testrun -race $$(go list ./... | grep -v /e2e)

lint: ## Run vet, staticcheck, govulncheck, and check formats and imports
	go -C tools/lint run .

bench: build ## Measure the built binary and update docs/benchmarks.md
	go run ./e2e/bench

e2e: ## Drive the built binary from a fresh clone
	go run ./internal/testrun -count=1 -timeout=60m ./e2e/...

up: build ## Start the local cluster (not there yet)
	bin/lakewright up

down: build ## Delete the local cluster (not there yet)
	bin/lakewright down

clean: ## Delete bin
	rm -rf bin

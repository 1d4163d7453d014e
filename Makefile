# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
# Settings are environment variables (PORT, HOST, CITY, DATABASE_URL ...): see docs/operations.md.

SETUP = exec sh gis_platform/local/setup.sh

PORT ?= 8000
URL ?= http://127.0.0.1:$(PORT)/ogc

.PHONY: run test conformance bench lock format clean help

run: ## Set up what is missing and serve the city (PORT=8000, CITY=jelgava)
	@$(SETUP) run

test: ## Set up what is missing and run every check (ARGS="tests/local -k ports" narrows pytest)
	@$(SETUP) test $(ARGS)

conformance: ## Run OGC's executable test suites against a running platform (URL=http://127.0.0.1:8000/ogc)
	@$(SETUP) conformance $(URL)

bench: ## Measure beside the peers, on the servers of DATABASE_URL and REDIS_URL (ARGS="--only tile --alone")
	@$(SETUP) bench $(ARGS)

lock: ## Write requirements*.txt anew from requirements*.in (ARGS=--upgrade takes newer versions)
	@$(SETUP) lock $(ARGS)

format: ## Lay out the Python sources and mend what ruff can mend
	@$(SETUP) format

clean: ## Remove everything that was set up, the data too
	@$(SETUP) clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

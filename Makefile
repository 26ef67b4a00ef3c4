# Every command of the project. CI runs `make check` and nothing else.
export UV_PYTHON_DOWNLOADS := never
UV := PYTHONPATH=.tools python3 -m uv
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: run test browser clients bench differential drill check lint types imports dependencies migrations schema released clean

run: $(INSTALLED)  ## serve on http://127.0.0.1:8000 with an embedded Postgres and demo data
	@$(BIN)/concilia serve

test: $(INSTALLED)  ## every test but those in a browser
	@$(BIN)/python -m pytest -q -n auto --dist worksteal --cov --cov-report=term:skip-covered

browser: $(INSTALLED)  ## the GraphiQL page in Chromium; SCREENSHOTS=folder keeps pictures
	$(BIN)/python -m pytest -q tests/browser

clients: $(INSTALLED)  ## Apollo, urql, Relay, codegen, graphql-ws and graphql-sse, as they are; needs Node
	@command -v npm >/dev/null || { echo "make clients needs node and npm (Debian: nodejs npm)"; exit 1; }
	@npm install --prefix tests/clients --no-package-lock --no-audit --no-fund --loglevel=error
	$(BIN)/python -m pytest -q tests/clients

bench: $(INSTALLED)  ## what imports, months, lists, syncs and writes cost; ROWS, IMPORT_ROWS, SIZES, CLIENTS, TITLES: of how many
	$(BIN)/python -m bench
	$(BIN)/python -m bench.writes
	$(BIN)/python -m bench.growth
	$(BIN)/python -m bench.contest

differential: $(INSTALLED)  ## EXAMPLES operations from SEED on, compiled and by graphql-core: not part of check
	$(BIN)/python -m tests.differential

drill: $(INSTALLED)  ## syncs of real processes, killed and hindered; not part of check
	$(BIN)/python -m drills

check: lint types imports dependencies migrations test  ## all gates

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/mypy .

imports: $(INSTALLED)
	$(BIN)/lint-imports

dependencies: $(INSTALLED)
	$(BIN)/deptry .

migrations: $(INSTALLED)
	$(BIN)/concilia migrate --sql | $(BIN)/squawk

schema: $(INSTALLED)  ## write graphql_api/schema.graphql
	$(BIN)/concilia schema > graphql_api/schema.graphql

released: schema  ## what the schema says now is promised: to be run with each release
	cp graphql_api/schema.graphql tests/api/released.graphql

clean:
	rm -rf .venv .tools .local

$(INSTALLED): pyproject.toml constraints.txt
	@test -d .tools/uv || python3 -m pip install --quiet --disable-pip-version-check --target .tools uv
	@test -x $(BIN)/python || $(UV) venv --quiet .venv
	@$(UV) pip install --quiet --python .venv -c constraints.txt --editable . --group dev
	@touch $@

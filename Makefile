# `make run` and `make test` are all that is needed; see README.md.
SHELL := /bin/bash
PY := .venv/bin/python
LOCK := --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-config --quiet

.PHONY: lock
lock: ## compile the locked requirements anew
	$(PY) -m uv pip compile $(LOCK) pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile $(LOCK) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt

# `make run` and `make test` are all that is needed; README.md has the rest.

PY := .venv/bin/python
LOCK := $(PY) -m uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-config --quiet

# These may be given to make (`make run PORT=8001`) or stand in the environment.
export HOST PORT DEMO

.PHONY: run dev demo-reset test faults check lock help

run: .venv/made-run ## the desk with demo content, at http://127.0.0.1:8000/ (HOST=, PORT=, DEMO=0)
	@exec $(PY) manage.py serve

dev: .venv/made-dev ## the same, restarted when a file changes
	@exec $(PY) manage.py serve --reload

demo-reset: .venv/made-run ## throw the demo database away
	@exec $(PY) manage.py demo_reset

test: .venv/made-dev ## all tests (ARGS= for pytest)
	@exec $(PY) -m pytest $(ARGS)

faults: .venv/made-dev ## break a whole desk on purpose: killed workers, database, disk, mail, clock (about 3 minutes)
	@exec $(PY) -m pytest tests/faults $(ARGS)

check: .venv/made-dev ## format, lint, types, migrations, templates, drawn documents, then the tests
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	SECRET_KEY=check ALLOWED_HOSTS=localhost $(PY) manage.py makemigrations --check --dry-run
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=localhost \
		$(PY) -W error manage.py check --deploy --fail-level WARNING # as in production
	$(PY) -m djlint templates --lint --quiet # not its formatter: white space around statements has a meaning
	SECRET_KEY=check ALLOWED_HOSTS=localhost $(PY) manage.py draw_workflow --check
	SECRET_KEY=check ALLOWED_HOSTS=localhost $(PY) manage.py draw_permissions --check
	$(MAKE) test

lock: .venv/made-dev ## compile the locked requirements anew from pyproject.toml
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

.venv/made-run: requirements.txt
	@sh make-venv requirements.txt
	@touch $@

.venv/made-dev: requirements-dev.txt
	@sh make-venv requirements-dev.txt
	@touch $@ .venv/made-run

# The whole workflow. Each target says what it does; `make` alone lists them.
# Extra arguments: make test ARGS='-k vault', make demo ARGS='--headless --posts 60'.

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
ARGS ?=

.PHONY: help setup demo test check browser faultlab upgrade bench manual-report clean-demo format lock

help: ## Muestra esta lista
	@printf 'Uso: make OBJETIVO [ARGS="…"]\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Deja listo .venv/bin/pregonero con las dependencias comprobadas
	@echo '» setup: se prepara el entorno en .venv'
	@.ci/setup

demo: ## Arranca la demostración completa y dice la dirección y las contraseñas
	@echo '» demo: la institución, las redes simuladas, el trabajador y el tablero'
	@.ci/setup
	@exec $(BIN)/pregonero demo $(ARGS)

test: ## Corre todas las pruebas, sin red exterior
	@echo '» test: todas las pruebas, sin red exterior'
	@.ci/setup --dev
	@.ci/debian
	@.ci/test $(ARGS)

check: ## Revisa estilo, formato, tipos y la dirección de las importaciones
	@echo '» check: ruff, mypy y import-linter'
	@.ci/setup --dev
	@echo '» ruff check';          $(BIN)/ruff check .
	@echo '» ruff format --check'; $(BIN)/ruff format --check .
	@echo '» mypy';                $(BIN)/mypy
	@echo '» lint-imports';        $(BIN)/lint-imports

browser: ## Corre solo las pruebas que conducen un Chromium real
	@echo '» browser: las pruebas con Chromium'
	@.ci/setup --dev
	@.ci/debian
	@exec $(BIN)/python .ci/isolated $(BIN)/pytest -m browser $(ARGS)

faultlab: ## Corre el laboratorio de fallas: make faultlab ARGS='ESCENARIO --json'
	@echo '» faultlab: el laboratorio de fallas'
	@.ci/setup --dev
	@exec $(BIN)/python .ci/isolated $(BIN)/python -m tests.faultlab $(ARGS)

upgrade: ## Prueba la versión anterior y esta juntas sobre una misma base de datos
	@echo '» upgrade: la versión anterior y esta, lado a lado'
	@.ci/setup --dev
	@echo '» SQLite';     $(BIN)/python .ci/isolated $(BIN)/python -m tests.upgrade side-by-side --db sqlite $(ARGS)
	@echo '» PostgreSQL'; $(BIN)/python .ci/isolated $(BIN)/python -m tests.upgrade side-by-side --db postgres $(ARGS)

bench: ## Mide el despacho: make bench ARGS='--json'
	@echo '» bench: las mediciones de despacho'
	@.ci/setup --dev
	@exec $(BIN)/python .ci/isolated $(BIN)/python -m benchmarks.dispatch $(ARGS)

manual-report: ## Mide las reglas del manual con publicaciones etiquetadas (ARGS: archivos, --json)
	@echo '» manual-report: el manual ante publicaciones etiquetadas'
	@.ci/setup --dev
	@exec $(BIN)/python -m tests.manual_report $(ARGS)

clean-demo: ## Borra los datos de la demostración para empezar de nuevo
	@echo '» clean-demo: se borran los datos de la demostración'
	@.ci/clean-demo

format: ## Da formato al código y corrige lo que ruff sabe corregir
	@echo '» format: ruff'
	@.ci/setup --dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## Recalcula los candados de requirements/ con uv (ARGS=--upgrade los renueva)
	@echo '» lock: se recalculan los candados de requirements/'
	@.ci/lock $(ARGS)

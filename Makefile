# The commands of this project; `make` lists them. What each takes: README.md and CONTRIBUTING.md.
PYTEST ?=
GOLD ?= eval/gold/samples/*.jsonl
QUESTIONS ?= eval/gold/samples/questions.jsonl
OUT ?= runs/latest
DATA ?=
RUN ?= runs/reader
DOCUMENTS ?= samples
VERSION ?=
bin := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint mutants format serve eval compare baseline train reader benchmark recall docs hooks image release

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Make .venv at the locked versions and fetch the two models
	scripts/setup.sh

demo: ## Set up, index the sample documents, answer a question
	scripts/demo.sh

test: ## Style, types and tests; PYTEST="tests/rag -x" goes to pytest
	scripts/test.sh $(PYTEST)

lint: ## Style and types only
	scripts/lint.sh

mutants: ## Change the exact rules, a sample of 120 ways, and see that their tests fail
	$(bin)/python scripts/mutants.py --sample 120 --seed 1

format: ## Write the code as the style wants it
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

serve: setup ## Start the service on http://127.0.0.1:8765
	$(bin)/vraagbaak serve

eval: setup ## Ask the questions of GOLD and give marks, in OUT, without a language model
	$(bin)/vraagbaak-eval run $(GOLD) --out $(OUT) --set model=none

compare: ## Hold the run in OUT against the baseline of the samples
	$(bin)/vraagbaak-eval compare eval/baselines/samples-none $(OUT) --tolerances eval/baselines/tolerances.toml

baseline: ## Make the baseline that the tests hold anew
	scripts/baseline.sh

train: setup ## Train the reader on the folders in DATA, into RUN; goes on where it stopped
	$(bin)/vraagbaak-eval train $(or $(DATA),$(error give DATA=FOLDER)) --out $(RUN)

reader: setup ## Measure the reader by itself on the folders in DATA
	$(bin)/vraagbaak-eval reader $(or $(DATA),$(error give DATA=FOLDER))

benchmark: setup ## Speed and memory on DOCUMENTS and QUESTIONS
	$(bin)/python scripts/benchmark.py $(DOCUMENTS) $(QUESTIONS)

recall: setup ## Recall of search on QUESTIONS, over the index of the data folder
	$(bin)/python scripts/recall.py $(QUESTIONS)

docs: ## Make docs/api-reference.md anew
	$(bin)/python -m scripts.api_docs

hooks: ## Run style and types at every commit
	pre-commit install

image: ## Build the container image and start it with Ollama
	docker compose up --build --wait

release: test ## Tag VERSION, as CONTRIBUTING.md describes
	git tag -a v$(or $(VERSION),$(error give VERSION=x.y.z)) -m "Vraagbaak $(VERSION)"

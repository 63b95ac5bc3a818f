"""Prompts, one Markdown file each; only `rag.llm.prompts` reads them."""

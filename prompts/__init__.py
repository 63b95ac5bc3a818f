"""Prompts, one Markdown file each; only `rag.prompting` reads them."""

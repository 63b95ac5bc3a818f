"""Answers and passages as text, Markdown, JSON and files to keep."""

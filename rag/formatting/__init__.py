"""Answers and passages as text, Markdown, HTML and files to take along."""

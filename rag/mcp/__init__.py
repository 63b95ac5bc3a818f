"""The Model Context Protocol: search and answers as tools for assistants."""

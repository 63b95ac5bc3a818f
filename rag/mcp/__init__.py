"""The Model Context Protocol: the same answers for assistants."""

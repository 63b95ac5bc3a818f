"""Embedding models: load and download them; holds the weights that were trained here."""

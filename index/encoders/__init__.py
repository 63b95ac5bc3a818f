"""Models that make vectors of text: load, download, and what was trained here."""

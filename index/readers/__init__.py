"""One module a format: bytes in, `index.documents.Source` out."""

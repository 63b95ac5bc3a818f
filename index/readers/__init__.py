"""One module for each format: bytes in, `index.documents.Source` out."""

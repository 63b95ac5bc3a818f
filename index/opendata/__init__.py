"""Fetch documents from the open data service of the Tweede Kamer into the index.

query.py     what to ask for: kinds, dossiers, a date -> an OData filter
service.py   HTTP: politeness, retries, redirects, sizes; pages and files
records.py   what the service says of a document, checked
state.py     what was fetched before
syncing.py   the whole way
"""

from index.opendata.errors import OpenDataError, ServiceDown
from index.opendata.query import DEFAULT_KINDS, KINDS
from index.opendata.service import BASE_URL
from index.opendata.syncing import Skipped, SyncReport, sync

__all__ = [
    "BASE_URL",
    "DEFAULT_KINDS",
    "KINDS",
    "OpenDataError",
    "ServiceDown",
    "Skipped",
    "SyncReport",
    "sync",
]

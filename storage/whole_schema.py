"""The whole schema: every part of it, by the one description that migrations are compared with."""

from storage import (
    audience_tables,
    audit_tables,
    extract_tables,
    interpreting_tables,
    people_tables,
    service_tables,
    tables,
)

metadata = tables.metadata
PARTS = (
    tables,
    audience_tables,
    audit_tables,
    extract_tables,
    interpreting_tables,
    people_tables,
    service_tables,
)

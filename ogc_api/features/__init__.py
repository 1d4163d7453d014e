"""OGC API Features: items, single items, edits, queryables and schemas, from one query compiler."""

"""The change feed: what became different in a layer since a token, for copies that are kept up to date."""

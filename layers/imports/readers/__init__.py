"""Reads files as tables of features. Knows formats and nothing of layers or the database."""

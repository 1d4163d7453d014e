"""The one OpenAPI document: each part of the window describes its own paths, in its own `openapi.py`."""

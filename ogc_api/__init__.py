"""The OGC API window: shows what the layers declare, and owns no facts."""

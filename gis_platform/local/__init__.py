"""The private services of one checkout, and the supervisor that runs them beside the platform.

Owns the folder `.local`: PostgreSQL, Redis and Mosquitto of one's own, their keys and ports, and the processes of
`make run` and `make test`. Imports `gis_platform.city` and `gis_platform.environment` only, and reaches everything else
by starting it.
"""

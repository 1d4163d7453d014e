"""The town hall: people, machines, messages and documents of the city, and the project's settings and entry points."""

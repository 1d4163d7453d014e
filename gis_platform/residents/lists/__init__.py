"""Lists of people from a file into a group: read, previewed, applied or dropped, undone.

`reading` opens CSV and XLSX, `matching` finds the residents, `services` has the verbs. It imports the residents' models
and `core`.
"""

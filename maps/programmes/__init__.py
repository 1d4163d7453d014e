"""Programmes as people make and read them: list, form, versions, test bench, import and export.

The form is the definition in other clothes: `sheet` holds what was typed, `layout` says which inputs there are, and
`writing` and `reading` go from one to the other and back without loss. Those four know no HTTP and no database.
"""

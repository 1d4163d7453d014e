"""The editor under /editor/: where the tourism centre and planners keep the layers that their role may edit.

Every page follows from a layer's declaration alone. It owns nothing: reading is layers.base.drafting, every write is a
verb of layers.base or layers.imports.
"""

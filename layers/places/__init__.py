"""Smart places and the labels and beacons that make a phone or a reader notice them.

Owns `Place` and `Beacon`, and the signed tokens of labels. Imports `layers.base` and `layers.catalog`.
"""

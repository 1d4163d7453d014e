"""The SmartCity Monitor: what the city's sensors, places, alarms and check-ins say just now.

Owns no facts. The page stands under the strict policy of all pages; the map that folium writes has a frame of its own
(`frame`), sandboxed and without any text of people in its script.
"""

"""Points, rewards, quests and invitations in the browser, and the desks that hand rewards out, write quests and print
labels.

Server-rendered pages; a map only shows what a list says too. They read and call rules.loyalty and layers.places. Like
its neighbours this room may import everything below maps.
"""

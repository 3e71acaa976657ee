"""One repository per area, on the synchronous connection of a transaction; see ``domain/<area>/ports.py``."""

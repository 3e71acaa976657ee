"""What the house changes because of what it has heard and seen."""

"""Help from one's seat, a drink for the interval, and a person to ask."""

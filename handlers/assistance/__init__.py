"""Help from one's seat, drinks for the interval, a person to ask."""

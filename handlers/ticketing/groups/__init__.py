"""A group's places and their payer; presents; one link for the tickets of an order."""

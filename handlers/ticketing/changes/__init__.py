"""A change of mind: cancelling, other seats, resale, back to the giver."""

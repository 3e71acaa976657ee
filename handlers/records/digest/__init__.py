"""What a manager is told in the morning, and what they do about it."""

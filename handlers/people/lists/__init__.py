"""Opening, patrol and closing lists in the chat."""

"""What was found in the house, what people ask for, and which of it may be theirs."""

"""What is kept about a person, as a file; its erasure; what needs a person's hand."""

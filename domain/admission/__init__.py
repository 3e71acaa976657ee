"""Who is let in, once; and what the door says when not."""

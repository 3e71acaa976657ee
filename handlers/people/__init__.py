"""Coming in, home, help and language; the staff's team; the answer to anything."""

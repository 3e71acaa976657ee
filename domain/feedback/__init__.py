"""How it was: surveys as data, answers, and the cases that they open."""

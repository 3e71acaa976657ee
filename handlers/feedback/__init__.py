"""How was it: surveys, paper forms and calls, cases, reports."""

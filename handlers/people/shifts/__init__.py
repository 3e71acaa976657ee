"""Who is on duty: my week, this evening, the plan, a swap, the test page."""

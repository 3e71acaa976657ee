"""Claims, orders, tickets, their credentials, and how a ticket changes hands."""

"""What only the process needs: inbox, leases, notices, cards, conversations, picture files."""

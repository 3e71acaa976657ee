"""The window: selling over the counter, the drawer, blocks, reservations, papers that come into a chat."""

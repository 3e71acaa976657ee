"""The invoice, the last look before the money moves, the payment, and money that goes back."""

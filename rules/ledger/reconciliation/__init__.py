"""What the bank says of our payments: read, matched by the end-to-end id, booked, and what does not fit is named."""

"""From the book to the bank: periods are closed, merchants get statements and payments, funders get claims."""

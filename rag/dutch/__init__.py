"""What is exact in Dutch text: numbers, quantities, dates, names and phrases. Knows no passages."""

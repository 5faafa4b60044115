"""Rules read as terms of Z3: strictly, for the laws of the join, and with symbols for unread parts, for all rules."""

"""Rules read as terms of Z3: strictly, for the laws of the join, and loosely, for every rule there is."""

"""Laws that are proved for all values, and the algebra and the inductions that they need."""

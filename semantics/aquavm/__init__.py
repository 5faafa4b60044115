"""AquaVM's own words: the codes and messages of faults, with the texts of Rust's debugging output inside of them.

Rules make faults, which are data (`spec.faults`).  What a host or a script is shown of them is written here.
"""

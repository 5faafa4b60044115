"""Laws of the machine, of traces and of scripts, as checks that need no other interpreter to compare with."""

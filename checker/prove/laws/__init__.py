"""Laws of the machine, of traces and of scripts, with checks that need no other interpreter to compare with."""

"""Standard parameter studies, each one command that writes its picture."""

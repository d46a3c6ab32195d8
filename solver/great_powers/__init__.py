"""The large test: does the theory hold for the alliances of great powers since 1816?"""

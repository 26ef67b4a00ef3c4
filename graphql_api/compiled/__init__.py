"""Plain reads, from rows to the answer: what an operation selects is worked out once, and then no object of
ours is made and no resolver called. Whatever is not plain, or goes wrong, is left to graphql-core, which is
the reference for every answer."""

"""A file of any format becomes lines that know where they stand; one reader a format."""

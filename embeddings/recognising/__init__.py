"""Pages that are pictures: their lines found and read in processes of their own, each page once."""

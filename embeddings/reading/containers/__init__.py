"""What files are kept in, opened safely: archives, OLE files, XML read whole or piece by piece."""

"""A table's rows said as sentences, whatever format it comes from; tables laid out in plain text."""

"""What stands before everything that is served: who may come in, how often, with how much."""

"""Conversations that stay: kept on the server for whoever had them, and for nobody else."""

"""What other programs may call, over HTTP and as MCP tools."""

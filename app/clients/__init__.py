"""Who may call the service: keys and tokens, scopes, purposes, and how much each client may ask."""

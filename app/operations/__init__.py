"""What keeps the service running and watched: health, metrics, the auditor's door, backup, retention."""

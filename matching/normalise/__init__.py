"""Every way Vietnamese land files spell a person, read into clean values with a flag for every change."""

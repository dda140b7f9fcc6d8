"""A seeded synthetic province: people, a land register drawn from them, errors, and the truth."""

"""The bulk drivers of the library's story: a file goes in, a row per subject comes out."""

"""Cross-check audits: what was compared with what, by which rules, what came out, who signed, what is to be done."""

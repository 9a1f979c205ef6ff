"""The demo city's ninety days: thousands of cases and contacts of a fixed seed, made through the moves of real work."""

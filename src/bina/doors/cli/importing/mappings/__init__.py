"""One mapping a source: a TOML file, and a module of the same name for what data cannot say."""

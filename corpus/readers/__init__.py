"""One file a format: bytes in, a sealed Document out."""

"""The sign-off of hospitals' editions: given, looked up, and told of a file."""

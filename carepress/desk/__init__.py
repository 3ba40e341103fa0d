"""The print desk: a page from which nurses print handouts, without a command line."""

"""Stage 5, prove: check a finished file before it replaces an older one."""

REPORT = "report this as a bug in Carepress"  # the hint of problems that only a bug can cause

"""Builds: jobs, the pipeline, executors, storage."""

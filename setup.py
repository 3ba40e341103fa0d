"""Packages the top-level folders templates/ and locales/ inside carepress."""

from setuptools import find_packages, setup

RESOURCES = {"carepress.templates": "templates", "carepress.locales": "locales"}

setup(packages=[*find_packages(include=["carepress*"]), *RESOURCES], package_dir=RESOURCES)

"""Ships templates/ and the interface's catalogs, which are at the top level, inside the package."""

from setuptools import find_packages, setup

RESOURCES = {"carepress.templates": "templates", "carepress.locales": "locales"}

setup(packages=[*find_packages(include=["carepress*"]), *RESOURCES], package_dir=RESOURCES)

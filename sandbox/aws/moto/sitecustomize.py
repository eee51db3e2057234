"""Loaded by Python at start, because this directory is on PYTHONPATH of the moto process: moto as the sandbox needs it."""

import repeatable  # noqa: F401  (first: the others draw on what it patches)
import mends  # noqa: F401
import eks_extras

eks_extras.install()

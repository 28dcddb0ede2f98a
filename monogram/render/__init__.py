"""The drawing engine: a design document and values in, pixels and bytes out. No database, no network, no settings."""

import os

# Before numpy is first imported: sums in one order on every machine, and a command that starts 0.05 s of CPU sooner.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

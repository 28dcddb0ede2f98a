"""The front end's document types are those of the schema."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_types_are_up_to_date():
    made = subprocess.run([sys.executable, "schema/make_design_types.py", "--check"], cwd=ROOT)
    assert made.returncode == 0, "run schema/make_design_schema.py and schema/make_design_types.py"

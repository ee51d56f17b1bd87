"""Every measurement in turn, each as a table: `python -m bench [NAME…]`; 1 when a bar is missed.

What is a folder (`rivals`) is measured only when it is named.
"""

import subprocess
import sys
from pathlib import Path

LIBRARIES = {"__main__", "__init__", "filling", "measuring", "processor"}

here = Path(__file__).parent
names = sys.argv[1:] or sorted({path.stem for path in here.glob("*.py")} - LIBRARIES)
missed = []
for name in names:
    print(f"\n{name}", flush=True)
    place = here / name if (here / name).is_dir() else here / f"{name}.py"
    if subprocess.run([sys.executable, place], check=False).returncode:
        missed.append(name)
if missed:
    print(f"\nMissed: {', '.join(missed)}")
sys.exit(bool(missed))

"""Every measurement in turn, each as a table: `python -m bench [NAME…]`; 1 when a bar is missed."""

import subprocess
import sys
from pathlib import Path

LIBRARIES = {"__main__", "__init__", "filling", "processor"}

here = Path(__file__).parent
names = sys.argv[1:] or sorted({path.stem for path in here.glob("*.py")} - LIBRARIES)
missed = []
for name in names:
    print(f"\n{name}", flush=True)
    if subprocess.run([sys.executable, here / f"{name}.py"], check=False).returncode:
        missed.append(name)
if missed:
    print(f"\nMissed: {', '.join(missed)}")
sys.exit(bool(missed))

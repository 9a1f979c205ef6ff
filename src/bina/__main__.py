"""`python -m bina COMMAND`: what ./bina runs once everything is set up."""

import sys

from bina.doors.cli.main import main

sys.exit(main(sys.argv[1:]))

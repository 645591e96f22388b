"""`python -m assistant` is `solemate`."""

import sys

from assistant.cli import main

sys.exit(main())

"""Whether the service in this container lives: exit status 0 or 1, nothing else needed in the image."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

URL = f"http://127.0.0.1:{os.environ.get('KHOP_PORT', '8000')}/healthz"


def main() -> int:
    """Ask, for three seconds at most."""
    try:
        with urllib.request.urlopen(URL, timeout=3) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return 1


if __name__ == "__main__":
    sys.exit(main())

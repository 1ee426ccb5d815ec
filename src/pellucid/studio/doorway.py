"""A private file that leads a browser to the studio.

Other users may read with what a browser is started (in the list of processes): were it the address
with the token, they could open the studio. So it is the name of a file that only this user can
read, which leads on to the address.
"""

from __future__ import annotations

import html
import os
import secrets
import weakref

from pellucid.files import cache_folder, cannot_write, remove_stale

_FOLDER = "doorways"
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={url}">
<title>pellucid</title>
<p><a href="{url}">Open the studio</a></p>
</html>
"""


class Doorway:
    """A file that leads to an address, until it is closed, or this process ends.

    Parameters
    ----------
    url
        The address.

    Attributes
    ----------
    path
        The file.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """

    def __init__(self, url: str) -> None:
        folder = cache_folder(_FOLDER)
        remove_stale(folder)
        self.path = folder / f"studio-{secrets.token_hex(8)}.html"
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self.close = weakref.finalize(self, self.path.unlink, missing_ok=True)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(_PAGE.format(url=html.escape(url)))
        except OSError as error:
            raise cannot_write(self.path, error) from error

"""The commands of a README, as a person types them."""

import json
import re

# These need a broker; the tutorials' own tests have one.
NEED_A_BROKER = ("assay run", "assay produce")


def commands(readme):
    for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL):
        for line in block.splitlines():
            if not line.startswith(NEED_A_BROKER):
                yield line


def unsaid(inspected, kind):
    """What `assay plugins inspect --format json` should know of a new project's plugin and does
    not, by the note alone."""
    keys = ["id", "version", "interfaces", "summary", "schema", "fields",
            "reasons" if kind == "rule" else "records"]
    note = json.loads(inspected)["note"] or {}
    return [key for key in keys if not note.get(key)]

"""The commands of a README, as a person types them."""

import re

# These need a broker; the tutorials' own tests have one.
NEED_A_BROKER = ("assay run", "assay produce")


def commands(readme):
    for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL):
        for line in block.splitlines():
            if not line.startswith(NEED_A_BROKER):
                yield line

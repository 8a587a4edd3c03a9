#!/usr/bin/env python3
"""Usage: archive.py TREE | foreman-supervisor run - --data=TREE

Prints jobs that compress each file of a tree and write the checksums of each
folder into its SHA256SUMS. A folder is a project: its checksums come after its
files, and folders are done side by side.
"""
import json
import os
import sys


def job(folder, command):
    # A project is text; a name on the disk may be any bytes.
    project = os.fsencode(folder).decode(errors="replace")
    print(json.dumps({
        "project": project,
        "kind": "command",
        "payload": {"command": command, "directory": folder},
    }))


def main(tree):
    for path, _, names in os.walk(tree):
        if not names:
            continue
        folder = os.path.relpath(path, tree)
        files = sorted(names)
        for name in files:
            job(folder, ["gzip", "-9n", "--", name])
        # A shell only where one is asked for: to write into a file.
        job(folder, ["sh", "-c", 'sha256sum -- "$@" >SHA256SUMS', "sh",
                     *(name + ".gz" for name in files)])


if __name__ == "__main__":
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit("usage: archive.py TREE")
    main(sys.argv[1])

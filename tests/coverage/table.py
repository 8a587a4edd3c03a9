"""Prints docs/coverage.md from what gcovr counted."""

import json
import sys

HEADING = """\
# Coverage

Made by [tests/coverage/run](../tests/coverage/run), not by hand: `lib` and
`actors` are built with `g++ --coverage` and without optimization, the tests of
lib, sql, actors and system and 500 walks of the simulation are run, and `gcovr`
counts. Branches that only an exception of a called function takes
(`--exclude-throw-branches`) do not count: nearly every call has one.

| file | lines | % | branches | % | lines that no test runs |
| --- | ---: | ---: | ---: | ---: | --- |"""


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def ranges(numbers):
    """[1, 2, 3, 7] as "1-3, 7"."""
    spans = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def row(name, counts, missing=""):
    lines, run, branches, taken = counts
    return (f"| {name} | {lines} | {percent(run, lines)} "
            f"| {branches} | {percent(taken, branches)} | {missing} |")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        files = json.load(file)["files"]
    print(HEADING)
    total = [0, 0, 0, 0]
    for file in sorted(files, key=lambda x: x["file"]):
        lines = [x for x in file["lines"] if not x.get("gcovr/noncode")]
        branches = [b for x in lines for b in x["branches"]]
        missing = {x["line_number"] for x in lines if x["count"] == 0}
        counts = (len(lines), len(lines) - len(missing), len(branches),
                  sum(b["count"] > 0 for b in branches))
        total = [a + b for a, b in zip(total, counts)]
        print(row(file["file"], counts, ranges(missing)))
    print(row("**all**", total))


if __name__ == "__main__":
    main()

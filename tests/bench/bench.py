#!/usr/bin/env python3
"""Measures foreman and its peers side by side.

Every measurement is a program in a process of its own. A round runs each of
them once, so that whatever else the machine does meets all of them alike; of
each figure the median of the rounds counts. A program checks what it measured
and fails if jobs were lost, ran twice or out of order: then there is no figure.

Prints a table, then `figure NAME VALUE UNIT` and `ratio NAME VALUE` lines. A
ratio above 1 is better for foreman.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

import measurements


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", required=True, metavar="FOLDER",
                        help="where the programs were built")
    parser.add_argument("--rounds", type=int, default=3,
                        help="how often each program runs (3)")
    parser.add_argument("--quick", action="store_true",
                        help="one round of small runs: does it work at all?")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="only measurements whose name contains TEXT")
    parser.add_argument("--json", metavar="FILE",
                        help="write all values of all rounds to FILE")
    return parser.parse_args()


def run(programs, measurement, quick):
    """Runs a program once; returns {figure: (value, unit)}."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = [part.replace("PROGRAMS", programs).replace("SOURCES", here)
               for part in measurement.command(quick)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{measurement.name}: {' '.join(command)}\n"
                 f"{done.stdout}{done.stderr}")
    figures = {}
    for line in done.stdout.splitlines():
        name, value, unit = line.split()
        figures[name] = (float(value), unit)
    return figures


def progress(text):
    """Shows `text` in place of the last one, to a person only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def measure(options, chosen):
    """Returns {figure: (all values, unit)}."""
    rounds = 1 if options.quick else options.rounds
    results = {}
    start = time.monotonic()
    for number in range(rounds):
        for measurement in chosen:
            progress(f"{time.monotonic() - start:5.0f} s, round {number + 1} "
                     f"of {rounds}: {measurement.name}")
            for figure, (value, unit) in run(options.programs, measurement,
                                             options.quick).items():
                name = f"{measurement.name}.{figure}"
                results.setdefault(name, ([], unit))[0].append(value)
    progress("")
    return results


def print_table(medians, results):
    width = max(len(name) for name in medians)
    print(f"{'':{width}}  {'median':>12}  {'least':>12}  {'most':>12}")
    for name, value in medians.items():
        values, unit = results[name]
        print(f"{name:{width}}  {value:12.5g}  {min(values):12.5g}  "
              f"{max(values):12.5g}  {unit}")


def print_ratios(medians):
    found = []
    for ratio in measurements.RATIOS:
        value = ratio.of(medians)
        if value is not None:
            found.append((ratio, value))
    if found:
        width = max(len(ratio.name) for ratio, _ in found)
        print(f"\n{'':{width}}  {'ratio':>8}  {'bar':>6}")
        for ratio, value in found:
            bar = "" if ratio.bar is None else f"{ratio.bar:6.2f}"
            short = ratio.bar is not None and value < ratio.bar
            print(f"{ratio.name:{width}}  {value:8.2f}  {bar:>6}"
                  f"{'  short' if short else ''}")
    return found


def main():
    options = parse_arguments()
    chosen = [x for x in measurements.ALL if options.only in x.name]
    if not chosen:
        sys.exit(f"no measurement is named like {options.only}; there are:\n  "
                 + "\n  ".join(x.name for x in measurements.ALL))
    results = measure(options, chosen)
    medians = {name: statistics.median(values)
               for name, (values, _) in results.items()}
    print(f"{platform.machine()}, {os.cpu_count()} cores, "
          f"{1 if options.quick else options.rounds} rounds\n")
    print_table(medians, results)
    ratios = print_ratios(medians)
    print()
    for name, value in medians.items():
        print(f"figure {name} {value:.6g} {results[name][1]}")
    for ratio, value in ratios:
        print(f"ratio {ratio.name} {value:.4g}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"figures": {name: {"unit": unit, "values": values}
                                   for name, (values, unit) in results.items()},
                       "ratios": {ratio.name: value for ratio, value in ratios}},
                      file, indent=2)


if __name__ == "__main__":
    main()

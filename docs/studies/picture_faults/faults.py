#!/usr/bin/env python3
"""What each fault of the picture costs: runs the ladder of pictures on common random numbers and prints paired differences.

usage: faults.py [--pavise build/release/pavise] [-n 2000] [--seed 20260101] [--raid mixed_40] [--study FILE.h5]

With --study the file of an earlier run is read and nothing is run. Needs h5py and numpy.
"""
import argparse
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ARMS = ["truth", "confusion", "noise", "noise_false_alarms", "noise_network", "nsatu_hub_amdtf", "all"]
# what, without it, with it
DIFFERENCES = [
    ("noise: truth replaced by tracks", "truth", "noise"),
    ("false alarms, beside noise", "noise", "noise_false_alarms"),
    ("confusion of classes alone", "truth", "confusion"),
    ("confusion, beside noise and false alarms", "noise_false_alarms", "nsatu_hub_amdtf"),
    ("network delay and loss, beside noise", "noise", "noise_network"),
    ("network delay and loss, beside all others", "nsatu_hub_amdtf", "all"),
    ("all but the network: the shipped scenario", "truth", "nsatu_hub_amdtf"),
    ("all", "truth", "all"),
]


def run(options, path):
    scenarios = [arm if arm.startswith("nsatu") else os.path.join(HERE, arm + ".toml") for arm in ARMS]
    subprocess.run([options.pavise, "compare", *scenarios, "--raid", options.raid, "-n", str(options.n), "--seed",
                    str(options.seed), "-o", path, "--force", "-q"], check=True, stdout=subprocess.DEVNULL)


def leakers_by_arm(paths):
    """{arm: {number of the replication: leakers}} of a study, or of the segments of an interrupted one."""
    result = {arm: {} for arm in ARMS}
    for path in paths:
        with h5py.File(path, "r") as f:
            point = f["replications/point"][:]
            number = f["replications/number"][:]
            # decoys are no leakers
            is_decoy = f["defs/threat_class/is_decoy"][:].astype(bool)
            counted = ~is_decoy[f["by_class/threat_class"][:]]
            leaked = np.bincount(f["by_class/replication"][:][counted], weights=f["by_class/leaked"][:][counted],
                                 minlength=len(number))
            for p, n, count in zip(point, number, leaked):
                result[ARMS[p]][int(n)] = int(count)
    return result


def interval(values):
    """Mean and half width of its 95 % interval (normal: n is in the hundreds)."""
    return values.mean(), 1.96 * values.std(ddof=1) / math.sqrt(len(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pavise", default="build/release/pavise")
    parser.add_argument("-n", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--raid", default="mixed_40")
    parser.add_argument("--study", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = options.study or [os.path.join(folder, "faults.h5")]
        if not options.study:
            run(options, paths[0])
        leakers = leakers_by_arm(paths)
    common = sorted(set.intersection(*(set(rows) for rows in leakers.values())))
    if len(common) < 2:
        sys.exit("no replications that all arms share")
    columns = {arm: np.array([rows[n] for n in common], dtype=float) for arm, rows in leakers.items()}
    print(f"{len(common)} replications of each picture\n\n| picture | leakers |\n|---|--:|")
    for arm in ARMS:
        mean, half = interval(columns[arm])
        print(f"| `{arm}` | {mean:.2f} ± {half:.2f} |")
    print("\n| fault | change in leakers |\n|---|--:|")
    for what, without, having in DIFFERENCES:
        mean, half = interval(columns[having] - columns[without])
        print(f"| {what} | {mean:+.2f} ± {half:.2f} |")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Is the new build slower? Runs two builds of pavise_bench in turn and compares each benchmark as a ratio.

usage: gate.py OLD_BENCH NEW_BENCH [--rounds N] [--limit 1.05] [--filter REGEX]

Machines are shared and noisy, so no time is compared with a stored one: both builds run side by side, in alternating
order, and a benchmark fails only if the lower 99 % confidence limit of the median of its ratios new/old is above the
limit. With several benchmarks the level is divided by their number (Bonferroni), so that a tree that is not slower is
called so by mistake at most once in a hundred gates. Exit status: 0 not slower, 1 slower, 2 bad usage.
"""
import argparse
import json
import math
import subprocess
import sys


def cpu_times(program, pattern):
    out = subprocess.run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json"], check=True,
                         capture_output=True, text=True).stdout
    runs = json.loads(out)["benchmarks"]
    return {run["name"]: run["cpu_time"] for run in runs if run.get("run_type") != "aggregate"}


def lower_limit_of_median(ratios, alpha):
    """Distribution-free: the order statistic l with P(Binomial(n, 1/2) <= l - 1) <= alpha (David and Nagaraja, 7.1)."""
    ordered, n = sorted(ratios), len(ratios)
    below, rank = 0.0, 0
    for k in range(n):
        below += math.comb(n, k) / 2**n
        if below > alpha:
            break
        rank = k + 1
    return ordered[rank - 1] if rank else -math.inf


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--limit", type=float, default=1.05)
    parser.add_argument("--filter", default="run_world/(hundred_tracks|drones_24|mixed_40)/0")
    arguments = parser.parse_args()

    ratios = {}
    for turn in range(arguments.rounds):
        order = (arguments.old, arguments.new) if turn % 2 == 0 else (arguments.new, arguments.old)
        times = {program: cpu_times(program, arguments.filter) for program in order}
        for name in times[arguments.old].keys() & times[arguments.new].keys():
            ratios.setdefault(name, []).append(times[arguments.new][name] / times[arguments.old][name])
    if not ratios:
        print("no benchmark matches the filter in both builds", file=sys.stderr)
        return 2

    slower = False
    print(f"{'benchmark':<44} {'median':>7} {'at least':>9}   new/old, {arguments.rounds} rounds")
    for name, values in sorted(ratios.items()):
        lower = lower_limit_of_median(values, 0.01 / len(ratios))
        is_slower = lower > arguments.limit
        slower |= is_slower
        median = sorted(values)[len(values) // 2]
        print(f"{name:<44} {median:7.3f} {lower:9.3f}   {'SLOWER' if is_slower else 'not slower'}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())

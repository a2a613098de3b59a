#!/usr/bin/env python3
"""The step-size study: what the length of a frame does to the headline study. Writes step_size.md and step_size.svg.

    docs/studies/step_size.py --pavise build/release/pavise [-n 10000] [--out docs/studies]

The raid mixed_40 against nsatu_hub_amdtf and nsatu_hub_patriot_only, seed 5, with frames of 0.25, 0.5, 1 and 2 s on the same
random numbers. Each metric's paired shift against 0.25 s is given in standard errors of that metric's mean at 10,000
replications, whatever N the study was run with. Positions are compared in recorded replications of the laydown without jammers:
there nothing that is decided bends a threat's path, so that any difference is the frame's own.
Needs Python 3.9 with h5py and numpy.
"""
import argparse
import json
import math
import pathlib
import subprocess
import tempfile

FRAMES_S = (0.25, 0.5, 1.0, 2.0)
LAYDOWNS = {"nsatu_hub_amdtf": "AMDTF", "nsatu_hub_patriot_only": "Patriot only"}
RAID, SEED, HEADLINE_N, ALLOWED = "mixed_40", 5, 10_000, 0.25
# what a frame's edge is part of by definition: the instant of the frame in which the replication is found to be over
NOT_JUDGED = {"end_time"}
INK, PALE, GRID, COLOURS = "#1b2733", "#8795a1", "#dfe5ea", {0.5: "#2b6cb0", 1.0: "#3d8f5f", 2.0: "#d9822b"}
THREAT = 0  # /tracks entity_kind


CAUSES = """## What depends on the frame

Found by comparing the events of 40 pairs of replications of AMDTF (`--record events`) with frames of 0.25 and 0.5 s, at commit f7465bfb873f:

- **By the clock's rules** (docs/models/engagement.md) an assessment takes effect, a track is given up and an identity is settled at a frame's
  instant: up to a frame later. Orders are given every 2 s whatever the frame. In 11 of 40 pairs an assessment's time was the first difference.
- **By steps of integration**: rounds' steps are cut at frames' edges; closest approaches differ by some 1e-5 s (19 of 40 first differences).
- **Orders** that name another track or come at another decision were the first difference in 10 of 40. The picture differs: which plots share a frame
  decides which are associated jointly, and when tracks go. That this alone explains it was not traced further.
- Once, a rotating radar looked 2 ms after its crossing, pushed there by a frame's edge, with another draw.
- Positions of threats do not differ at all (below); their turns, denials, soft kills and arrivals have exact instants inside frames.

With Patriot alone one pair in about 200 differs between 0.25 and 0.5 s, and shifts are small. With the many sensors and weapons of AMDTF every pair
has a difference sooner or later, and from the first other order on a replication goes its own way: the arms are nearly independent, the
shift's own error at N = 10,000 is about half of the metric's, more than the quarter that is to be resolved: a measured shift beyond
a quarter may be chance. Which frames are known to move a metric stands above; if 0.5 s, which ships, is among them, the rule is broken."""


def label(frame_s):
    return f"frame_{frame_s:g}".replace(".", "_")


def write_arms(folder, laydown):
    """One overlay per frame length; returns their paths."""
    paths = []
    for frame_s in FRAMES_S:
        path = folder / laydown / f"{label(frame_s)}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'schema = "pavise-scenario/1"\nextends = "{laydown}.toml"\ntitle = "{laydown}, frames of {frame_s:g} s"\n\n'
                        f'[engine]\nframe_length = "{frame_s:g} s"\n')
        paths.append(path)
    return paths


def compare(pavise, paths, replications, *more):
    command = [pavise, "compare", *map(str, paths), "--raid", RAID, "--seed", str(SEED), "-n", str(replications), "--json", "-q", *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}")
    return json.loads(done.stdout)


def shifts_of(summary):
    """{metric: {frame: (shift, its standard error)}} in standard errors of the metric at HEADLINE_N; and {metric: (mean, se)}."""
    arms = {arm["label"]: arm for arm in summary["arms"]}
    first = arms[label(FRAMES_S[0])]
    unit = {name: values["standard_deviation"] / math.sqrt(HEADLINE_N) for name, values in first["metrics"].items()
            if values["se"] and values["standard_deviation"]}
    unit.update({name: values["se"] * math.sqrt(summary["replications"] / HEADLINE_N) for name, values in first["metrics"].items()
                 if values["se"] and not values["standard_deviation"]})
    shifts = {name: {} for name in unit}
    for pair in summary["pairs"]:
        for frame_s in FRAMES_S[1:]:
            if {pair["a"], pair["b"]} == {label(FRAMES_S[0]), label(frame_s)} and pair["metric"] in unit:
                sign = 1 if pair["b"] == label(FRAMES_S[0]) else -1
                size = unit[pair["metric"]]
                shifts[pair["metric"]][frame_s] = (sign * pair["mean_difference"] / size, (pair["se"] or 0) / size)
    return shifts, {name: (first["metrics"][name]["mean"], unit[name]) for name in unit}


def position_errors(pavise, paths, folder, replications):
    """{frame: {class: (greatest distance to the 0.25 s path at the same instant in m, instants)}}."""
    import h5py
    import numpy as np
    study = folder / "positions.h5"
    compare(pavise, paths, replications, "--record", "full", "-o", str(study), "--force")
    errors = {}
    with h5py.File(study) as file:
        # the raid's threats in order; what class each is stands in /outcomes
        classes = [name.decode() for name in file["defs/threat_class/name"][:]]
        tables = file["replications"]
        def positions_of(row):
            begin, count = int(tables["track_begin"][row]), int(tables["track_count"][row])
            columns = {key: file["tracks"][key][begin:begin + count] for key in ("entity_kind", "entity", "time", "x", "y", "z")}
            mine = columns["entity_kind"] == THREAT
            begin, count = int(tables["outcome_begin"][row]), int(tables["outcome_count"][row])
            of_threat = file["outcomes/threat_class"][begin:begin + count]
            place = np.stack([columns[axis][mine] for axis in "xyz"], axis=1)
            keys = zip(columns["entity"][mine].tolist(), columns["time"][mine].tolist())
            return {key: (at, int(of_threat[key[0]])) for key, at in zip(keys, place)}
        first = [int(row) for row in file["points/replication_begin"][:]]
        for replication in range(replications):
            reference = positions_of(first[0] + replication)
            for arm, frame_s in enumerate(FRAMES_S[1:], 1):
                for key, (at, number) in positions_of(first[arm] + replication).items():
                    if key not in reference:
                        continue  # ended earlier in the other arm
                    distance = float(np.linalg.norm(at - reference[key][0]))
                    worst, count = errors.setdefault(frame_s, {}).get(classes[number], (0.0, 0))
                    errors[frame_s][classes[number]] = (max(worst, distance), count + 1)
    return errors


def text(x, y, words, size=11, colour=INK, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{words}</text>')


def draw(results, replications):
    """One row per metric and laydown: a dot per frame length with the shift's 95 % interval; the allowed band in grey."""
    left, row_height, width, top = 230, 17, 560, 54
    rows = [(laydown, metric) for laydown, (shifts, _) in results.items() for metric in sorted(shifts)]
    reach = max([1.0] + [abs(s) + 2 * e for shifts, _ in results.values() for by_frame in shifts.values() for s, e in by_frame.values()])
    reach = min(math.ceil(reach), 12)
    height = top + row_height * (len(rows) + 2 * len(results)) + 46
    at = lambda value: left + width / 2 + max(-reach, min(reach, value)) / reach * width / 2
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 24}" height="{height}" font-family="sans-serif">',
           f'<rect width="100%" height="100%" fill="#ffffff"/>',
           text(12, 20, f"Shift of each metric against frames of {FRAMES_S[0]:g} s, in its standard errors at N = {HEADLINE_N:,}", 13, weight="bold"),
           text(12, 36, f"{RAID}, seed {SEED}, N = {replications:,}; bars: 95 % intervals of the shift; grey band: the quarter that is allowed", 11, PALE)]
    for i, frame_s in enumerate(FRAMES_S[1:]):
        out += [f'<circle cx="{left + width - 200 + 70 * i}" cy="32" r="4" fill="{COLOURS[frame_s]}"/>',
                text(left + width - 192 + 70 * i, 36, f"{frame_s:g} s")]
    y = top
    out.append(f'<rect x="{at(-ALLOWED):.1f}" y="{top}" width="{at(ALLOWED) - at(-ALLOWED):.1f}" height="{height - top - 30}" fill="{GRID}"/>')
    for laydown, (shifts, _) in results.items():
        y += 1.6 * row_height
        out.append(text(12, y, LAYDOWNS[laydown], 12, weight="bold"))
        for metric in sorted(shifts):
            y += row_height
            out += [text(left - 10, y + 4, metric, 11, anchor="end"),
                    f'<path d="M{left},{y:.1f}h{width}" stroke="{GRID}" stroke-width="0.6"/>']
            for i, frame_s in enumerate(FRAMES_S[1:]):
                shift, error = shifts[metric].get(frame_s, (0.0, 0.0))
                line = y + 4 * (i - 1)
                out += [f'<path d="M{at(shift - 1.96 * error):.1f},{line:.1f}H{at(shift + 1.96 * error):.1f}" stroke="{COLOURS[frame_s]}" stroke-width="1"/>',
                        f'<circle cx="{at(shift):.1f}" cy="{line:.1f}" r="2.6" fill="{COLOURS[frame_s]}"/>']
    for tick in range(-reach, reach + 1, max(1, reach // 5)):
        out += [f'<path d="M{at(tick):.1f},{top}V{height - 30}" stroke="{PALE}" stroke-width="0.4"/>', text(at(tick), height - 16, str(tick), 10, PALE, "middle")]
    return "\n".join(out + ["</svg>"]) + "\n"


def page(results, errors, replications, version, recorded):
    judged = [(laydown, metric, by_frame) for laydown, (shifts, _) in results.items() for metric, by_frame in shifts.items()
              if metric not in NOT_JUDGED]
    def beyond(frame_s, sigmas):
        """Metrics whose shift is beyond what is allowed by that many of its own standard errors."""
        return [(laydown, metric) for laydown, metric, by_frame in judged if frame_s in by_frame
                and abs(by_frame[frame_s][0]) - sigmas * by_frame[frame_s][1] > ALLOWED]
    def longest(sigmas):
        found = FRAMES_S[0]
        for frame_s in FRAMES_S[1:]:
            if beyond(frame_s, sigmas):
                break
            found = frame_s
        return found
    lines = ["# How long a frame may be", "",
             f"`docs/studies/step_size.py` made this page: {RAID}, seed {SEED}, N = {replications:,} per arm, pavise {version}.", "",
             f"The shipped frame is to be the longest at which no metric of the headline study moves by more than a quarter of its standard error at N = {HEADLINE_N:,}, against frames of "
             f"{FRAMES_S[0]:g} s on the same random numbers. A shift has a standard error of its own: it is known to be beyond a quarter where it is so by three of them "
             f"({len(judged)} metrics are judged, so one in some twenty is off by two by chance).", "",
             f"- Longest frame with no metric known to move by more than a quarter: **{longest(3):g} s**.",
             f"- Longest frame at which every measured shift is within a quarter: **{longest(0):g} s**.", ""]
    if replications < HEADLINE_N:
        lines += [f"**This run has N = {replications:,}**: the shifts' own errors are {math.sqrt(HEADLINE_N / replications):.1f} times those of a full run, and the second number says little.", ""]
    lines += ["![shifts](step_size.svg)", "",
              "| frame | largest shift | its metric | laydown | beyond a quarter by 3 of its errors | measured beyond a quarter | do not move at all |", "|---|---|---|---|---|---|---|"]
    for frame_s in FRAMES_S[1:]:
        laydown, metric, by_frame = max((row for row in judged if frame_s in row[2]), key=lambda row: abs(row[2][frame_s][0]))
        shift, error = by_frame[frame_s]
        still = sum(1 for row in judged if row[2].get(frame_s, (0, 0))[0] == 0)
        lines.append(f"| {frame_s:g} s | {shift:+.2f} ± {error:.2f} | `{metric}` | {LAYDOWNS[laydown]} | {len(beyond(frame_s, 3))} of {len(judged)} | "
                     f"{len(beyond(frame_s, 0))} | {still} |")
    lines += ["", f"Not judged: {', '.join(f'`{name}`' for name in sorted(NOT_JUDGED))}, the instant of the frame in which a replication is found to be over."]
    for frame_s in FRAMES_S[1:]:
        if beyond(frame_s, 3):
            lines += ["", f"Known to move at {frame_s:g} s: " + ", ".join(f"`{metric}` ({LAYDOWNS[laydown]})" for laydown, metric in beyond(frame_s, 3)) + "."]
    lines += ["", CAUSES]
    lines += ["", "## Every metric", "", "Shift ± its own standard error, both in standard errors of the metric at "
              f"N = {HEADLINE_N:,}; **bold**: beyond a quarter."]
    for laydown, (shifts, means) in results.items():
        lines += ["", f"### {LAYDOWNS[laydown]}", "", "| metric | mean at 0.25 s | " + " | ".join(f"{f:g} s" for f in FRAMES_S[1:]) + " |",
                  "|---|---|" + "---|" * (len(FRAMES_S) - 1)]
        for metric in sorted(shifts):
            cells = []
            for frame_s in FRAMES_S[1:]:
                shift, error = shifts[metric].get(frame_s, (0.0, 0.0))
                cell = f"{shift:+.2f} ± {error:.2f}" if shift or error else "0"
                cells.append(f"**{cell}**" if abs(shift) > ALLOWED else cell)
            lines.append(f"| `{metric}` | {means[metric][0]:.6g} | " + " | ".join(cells) + " |")
    lines += ["", "## Positions", "",
              f"Greatest distance between a threat's recorded position and that at the same instant with frames of {FRAMES_S[0]:g} s, in {recorded} replications of the Patriot-only arm.", "",
              "| class | " + " | ".join(f"{f:g} s" for f in FRAMES_S[1:]) + " | instants |", "|---|" + "---|" * len(FRAMES_S)]
    for name in sorted(errors.get(FRAMES_S[1], {})):
        lines.append(f"| {name} | " + " | ".join(f"{errors[f][name][0]:.2g} m" for f in FRAMES_S[1:]) + f" | {errors[FRAMES_S[1]][name][1]:,} |")
    return "\n".join(lines) + "\n"


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pavise", default=str(root / "build/release/pavise"))
    parser.add_argument("-n", "--replications", type=int, default=HEADLINE_N)
    parser.add_argument("--recorded", type=int, default=4, help="replications whose positions are compared")
    parser.add_argument("--out", type=pathlib.Path, default=root / "docs/studies")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        arms = {laydown: write_arms(folder, laydown) for laydown in LAYDOWNS}
        results, version = {}, ""
        for laydown, paths in arms.items():
            summary = compare(options.pavise, paths, options.replications)
            results[laydown] = shifts_of(summary)
            version = f"{summary['version']} ({summary['commit']})"
        errors = position_errors(options.pavise, arms["nsatu_hub_patriot_only"], folder, options.recorded)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "step_size.svg").write_text(draw(results, options.replications))
    (options.out / "step_size.md").write_text(page(results, errors, options.replications, version, options.recorded))
    print((options.out / "step_size.md").read_text())


if __name__ == "__main__":
    main()

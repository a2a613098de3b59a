#!/usr/bin/env python3
"""Draws docs/picture.svg from study files; nothing in it is drawn by hand.

    pavise compare nsatu_hub_amdtf nsatu_hub_patriot_only --raid mixed_40 -n 1 --record full -o one.h5
    pavise compare nsatu_hub_amdtf nsatu_hub_patriot_only --raid mixed_40 -n 2000 -o study.h5
    docs/make_picture.py one.h5 study.h5 -o docs/picture.svg

Maps: replication 0 of the first file's first two arms, seen from above (recorded with --record full).
Bars: leakers by class of the second file's first two arms, with their 95 % intervals.
"""
import argparse
import math

import h5py
import numpy as np

INK, PALE, GRID = "#1b2733", "#8795a1", "#dfe5ea"
KILLED, LEAKED, ROUND, ESTIMATE = "#3d8f5f", "#c8372d", "#e0a030", "#7fb3e6"
NAMES = {"owa_drone": "attack drones", "cruise_subsonic": "cruise missiles", "srbm": "ballistic missiles", "jet_drone": "jet drones",
         "cruise_supersonic": "supersonic missiles"}
ARMS = ["#2b6cb0", "#d9822b"]
HALF_M, INSET_M = 80e3, 7.2e3  # half widths of map and inset
THREAT, INTERCEPTOR, TRACK = 0, 1, 2  # /tracks entity_kind


class Map:
    """A square of the local plane on paper: east to the right, north up."""

    def __init__(self, left, top, side, half_m):
        self.left, self.top, self.side, self.half_m = left, top, side, half_m

    def at(self, x, y):
        scale = self.side / 2 / self.half_m
        return self.left + self.side / 2 + x * scale, self.top + self.side / 2 - y * scale

    def path(self, x, y):
        points = [self.at(a, b) for a, b in zip(x, y)]
        return "M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in points)


def text(x, y, words, size=12, colour=INK, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{words}</text>')


def dot(x, y, radius, colour, more=""):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" {more}/>'


def names(file, table):
    return [n.decode() if isinstance(n, bytes) else n for n in file[f"defs/{table}/name"][:]]


def arm(file, point):
    """Outcomes, shots and recorded positions of replication 0 of an arm."""
    row = int(file["points/replication_begin"][point])
    def slice_of(table, counter):
        begin, count = (int(file[f"replications/{counter}_{end}"][row]) for end in ("begin", "count"))
        return {key: file[table][key][begin:begin + count] for key in file[table] if len(file[table][key].shape) == 1}
    return slice_of("outcomes", "outcome"), slice_of("shots", "shot"), slice_of("tracks", "track")


def trails(tracks, kind, step_s):
    """(entity, time, x, y) of one kind of mover, thinned to one point per step and the last one."""
    rows = np.flatnonzero(tracks["entity_kind"] == kind)
    for entity in np.unique(tracks["entity"][rows]):
        mine = rows[tracks["entity"][rows] == entity]
        keep = np.append(mine[:-1:step_s], mine[-1])
        yield int(entity), tracks["time"][keep], tracks["x"][keep], tracks["y"][keep]


def hub(file, place, units, sensors):
    """Assets as circles, radars as triangles, fire units' stations as squares."""
    out = []
    for x, y, radius in zip(file["defs/asset/x"][:], file["defs/asset/y"][:], file["defs/asset/radius"][:]):
        a, b = place.at(x, y)
        out.append(dot(a, b, radius / place.half_m * place.side / 2, "#c9d6e2", f'stroke="{INK}" stroke-width="0.6"'))
    for x, y, unit in zip(file["defs/station/x"][:], file["defs/station/y"][:], file["defs/station/fire_unit"][:]):
        if int(unit) in units:
            a, b = place.at(x, y)
            out.append(f'<rect x="{a - 3:.1f}" y="{b - 3:.1f}" width="6" height="6" fill="{ROUND}" stroke="{INK}" stroke-width="0.6"/>')
    for index, (x, y) in enumerate(zip(file["defs/sensor/x"][:], file["defs/sensor/y"][:])):
        if index in sensors and max(abs(x), abs(y)) < place.half_m:
            a, b = place.at(x, y)
            out.append(f'<path d="M{a - 4:.1f},{b + 3:.1f}h8l-4,-7z" fill="#ffffff" stroke="{INK}" stroke-width="1"/>')
    return out


def draw_map(file, point, left, top, side, title):
    outcomes, shots, tracks = arm(file, point)
    scenario = file["scenarios/text"][point].decode()
    units = {i for i, n in enumerate(names(file, "fire_unit")) if f"[fire_unit.{n}]" in scenario}
    sensors = {i for i, n in enumerate(names(file, "sensor")) if f"[sensor.{n}]" in scenario}
    wide = Map(left, top, side, HALF_M)
    clip = f"map{point}"
    out = [f'<clipPath id="{clip}"><rect x="{left}" y="{top}" width="{side}" height="{side}"/></clipPath>',
           f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="#ffffff" stroke="{GRID}"/>',
           f'<g clip-path="url(#{clip})">']
    for km in (20, 40, 60):
        a, b = wide.at(0, 0)
        r = km * 1e3 / HALF_M * side / 2
        out += [dot(a, b, r, "none", f'stroke="{GRID}"'), text(a + 3, b + r - 4, f"{km} km", 9, PALE)]
    # what the defenders believe, under what is true
    for _, _, x, y in trails(tracks, TRACK, 10):
        out.append(f'<path d="{wide.path(x, y)}" fill="none" stroke="{ESTIMATE}" stroke-width="3.2" stroke-opacity="0.35"/>')
    ends = []
    for number, time, x, y in trails(tracks, THREAT, 10):
        result, end_s = int(outcomes["result"][number]), float(outcomes["time"][number])
        alive = time <= end_s
        colour = LEAKED if result in (2, 3) else KILLED if result == 1 else PALE
        x, y = np.append(x[alive], outcomes["x"][number]), np.append(y[alive], outcomes["y"][number])
        out.append(f'<path d="{wide.path(x, y)}" fill="none" stroke="{colour}" stroke-width="0.9"/>')
        ends.append((number, colour))
    for shot, _, x, y in trails(tracks, INTERCEPTOR, 3):
        out.append(f'<path d="{wide.path(x, y)}" fill="none" stroke="{ROUND}" stroke-width="1"/>')
    for number, colour in ends:
        out.append(dot(*wide.at(outcomes["x"][number], outcomes["y"][number]), 2.4, colour))
    out += hub(file, wide, set(), sensors & {i for i, n in enumerate(names(file, "sensor")) if "surveillance" in n})
    out.append("</g>")
    # the hub itself, larger, in the corner from which nothing comes
    inset = Map(left + 6, top + 6, side * 0.36, INSET_M)
    out += [f'<rect x="{inset.left}" y="{inset.top}" width="{inset.side}" height="{inset.side}" fill="#f6f8fa" stroke="{PALE}"/>']
    out += hub(file, inset, units, sensors)
    leaked = [i for i in range(len(outcomes["result"])) if outcomes["result"][i] in (2, 3)]
    for number in leaked:
        if max(abs(outcomes["x"][number]), abs(outcomes["y"][number])) < INSET_M:
            out.append(dot(*inset.at(outcomes["x"][number], outcomes["y"][number]), 2.2, LEAKED))
    killed = int(np.sum(outcomes["result"] == 1))
    out += [text(left, top - 22, title, 14, weight="bold"),
            text(left, top - 7, f"{len(outcomes['result'])} threats, {killed} killed, {len(leaked)} arrived (decoys among them), "
                 f"{len(shots['result'])} shots", 11, PALE)]
    return out


def draw_bars(file, left, top, width, height):
    metrics = [m.decode() for m in file["summary/metric"][:]]
    decoys = {n for n, d in zip(names(file, "threat_class"), file["defs/threat_class/is_decoy"][:]) if d}
    classes = [n for n in names(file, "threat_class") if f"leakers.{n}" in metrics and n not in decoys]
    rows = [("all but decoys", "leakers")] + [(NAMES.get(n, n), f"leakers.{n}") for n in classes]
    rows = [r for r in rows if max(file["summary/mean"][:2, metrics.index(r[1])]) > 0]
    most = max(float(file["summary/ci_high"][p, metrics.index(m)]) for p in (0, 1) for _, m in rows)
    step = 5 if most > 8 else 1
    full = math.ceil(most / step) * step
    out = [text(left, top - 22, "Leakers per raid", 14, weight="bold"),
           text(left, top - 7, f"mean and 95 % interval, {int(file['points/replication_count'][0])} replications per laydown", 11, PALE)]
    label = 118
    scale = (width - label) / full
    for value in range(0, full + 1, step):
        x = left + label + value * scale
        out += [f'<path d="M{x:.1f},{top}V{top + height - 18:.1f}" stroke="{GRID}"/>',
                text(x, top + height - 4, str(value), 10, PALE, "middle")]
    pitch = (height - 24) / len(rows)
    for i, (words, metric) in enumerate(rows):
        m, y = metrics.index(metric), top + i * pitch
        out.append(text(left + label - 8, y + pitch / 2 + 4, words, 12, anchor="end"))
        for point in (0, 1):
            mean, low, high = (float(file[f"summary/{c}"][point, m]) for c in ("mean", "ci_low", "ci_high"))
            bar = y + pitch * (0.16 + 0.36 * point)
            thick = pitch * 0.30
            a, b, middle = left + label + max(low, 0) * scale, left + label + high * scale, bar + thick / 2
            out += [f'<rect x="{left + label}" y="{bar:.1f}" width="{max(mean * scale, 0.8):.1f}" height="{thick:.1f}" fill="{ARMS[point]}"/>',
                    f'<path d="M{a:.1f},{middle:.1f}H{b:.1f}M{a:.1f},{middle - 4:.1f}v8M{b:.1f},{middle - 4:.1f}v8" stroke="{INK}" stroke-width="1.1"/>',
                    text(b + 6, middle + 4, f"{mean:.2f}", 10, INK)]
    return out


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("full", help="study recorded --record full")
    arguments.add_argument("study", help="study with many replications of the same two arms")
    arguments.add_argument("-o", "--output", default="docs/picture.svg")
    options = arguments.parse_args()
    side, top, gap = 420, 62, 20
    width, height = 2 * side + 400 + 4 * gap, top + side + 54
    titles = ["Patriot + NASAMS + counter-drone", "Patriot only"]
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           'font-family="Helvetica, Arial, sans-serif">',
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    with h5py.File(options.full) as full, h5py.File(options.study) as study:
        for point in (0, 1):
            out += draw_map(full, point, gap + point * (side + gap), top, side, titles[point])
        out += draw_bars(study, 3 * gap + 2 * side, top, 380, side)
        seed = int(full.attrs["seed"])
    y = top + side + 24
    x = gap
    for colour, words in ((KILLED, "killed"), (LEAKED, "arrived"), (PALE, "failed by itself"), (ESTIMATE, "estimated track"), (ROUND, "interceptor")):
        out += [f'<path d="M{x},{y - 4}h22" stroke="{colour}" stroke-width="3"/>', text(x + 28, y, words, 11)]
        x += 40 + 6.2 * len(words)
    out += [f'<path d="M{x},{y}h8l-4,-7z" fill="#ffffff" stroke="{INK}"/>', text(x + 14, y, "sensor", 11)]
    out += [f'<rect x="{x + 66}" y="{y - 7}" width="6" height="6" fill="{ROUND}" stroke="{INK}"/>', text(x + 78, y, "launcher, gun, jammer", 11)]
    out += [dot(x + 214, y - 4, 5, "#c9d6e2", f'stroke="{INK}"'), text(x + 224, y, "asset", 11)]
    for point in (0, 1):
        out += [f'<rect x="{3 * gap + 2 * side + 190 * point * 1.2:.0f}" y="{y - 9}" width="12" height="10" fill="{ARMS[point]}"/>',
                text(3 * gap + 2 * side + 190 * point * 1.2 + 18, y, titles[point], 11)]
    out.append(text(gap, y + 20, f"Raid mixed_40 (18 drones, 10 decoys, 8 cruise missiles, 4 ballistic missiles), seed {seed}, replication 0: the same raid "
                    "and the same luck against both laydowns. Notional systems, unclassified textbook models.", 11, PALE))
    out.append("</svg>")
    with open(options.output, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()

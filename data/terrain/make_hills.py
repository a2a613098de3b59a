#!/usr/bin/env python3
"""Writes hills.asc, made-up ground for examples and tests: 60 km square around the origin, a node every 500 m.

With x, y in km and r the distance from the origin, the height is, rounded to metres,
    w(x) w(y) (1 - exp(-(r / 9)^2)) (220 s1^2 + 110 s2^2 + 50 s3^2)
    s1 = sin((x + 0.4 y) / 6 + 1.3 sin(y / 17)), s2 = sin((0.7 x - y) / 3.1 + 0.5), s3 = sin(x / 1.3) sin(y / 1.7)
w falls smoothly from 1 to 0 over the outermost 5 km, so that the grid ends at height 0: ridges around an open middle.
"""
import pathlib
from math import exp, sin

NODES, SPACING_M = 121, 500


def edge(x):
    u = min(max((30 - abs(x)) / 5, 0), 1)
    return u * u * (3 - 2 * u)


def height_m(x, y):
    s1 = sin((x + 0.4 * y) / 6 + 1.3 * sin(y / 17))
    s2 = sin((0.7 * x - y) / 3.1 + 0.5)
    s3 = sin(x / 1.3) * sin(y / 1.7)
    open_middle = 1 - exp(-(x * x + y * y) / 81)
    return edge(x) * edge(y) * open_middle * (220 * s1 * s1 + 110 * s2 * s2 + 50 * s3 * s3)


half_m = (NODES - 1) // 2 * SPACING_M
lines = [f"ncols {NODES}", f"nrows {NODES}", f"xllcenter {-half_m}", f"yllcenter {-half_m}", f"cellsize {SPACING_M}"]
for row in range(NODES):
    y = (half_m - row * SPACING_M) / 1000
    lines.append(" ".join(str(round(height_m((column * SPACING_M - half_m) / 1000, y))) for column in range(NODES)))
(pathlib.Path(__file__).parent / "hills.asc").write_text("\n".join(lines) + "\n")

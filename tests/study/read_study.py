#!/usr/bin/python3
"""Reads a study file as users do: h5py, xarray (each group), netCDF4, h5dump. Prints what is wrong; exit status 1 then.

    read_study.py STUDY.h5
"""
import subprocess
import sys

import h5py
import netCDF4
import numpy as np
import xarray

wrong = []


def check(claim, what):
    if not claim:
        wrong.append(what)


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def is_scale(dataset):
    return dataset.attrs.get("CLASS") == b"DIMENSION_SCALE"


def check_h5py(path):
    with h5py.File(path, "r") as f:
        check(f.attrs["Conventions"] == "pavise-results-1", "Conventions")
        check(len(f.attrs["outcome_hash"]) == 32, "outcome_hash has 32 digits")
        check(f.attrs["seed"].dtype == np.int64, "seed is i8")
        check(open(path, "rb").read(9)[8] == 2, "superblock version 2")
        committed = {name: f[name].dtype for name in f if isinstance(f[name], h5py.Datatype)}
        check(committed and all(d == np.uint8 for d in committed.values()), "enumerations are u8 and committed in the root")

        lengths = {}

        def visit(name, item):
            if not isinstance(item, h5py.Dataset) or name.startswith("run/"):
                return
            group = item.parent.name
            check(h5py.h5g.get_objinfo(item.id).mtime == 0, f"{name} keeps times")
            if is_scale(item):
                if item.attrs["NAME"].startswith(b"This is a netCDF dimension"):
                    check(item.id.get_storage_size() == 0, f"{name} is stored")
                return
            if item.ndim == 0:
                return
            check("long_name" in item.attrs, f"{name} has no long_name")
            enumeration = h5py.check_enum_dtype(item.dtype)
            is_text = h5py.check_string_dtype(item.dtype) is not None
            if "flag_values" in item.attrs:
                words = item.attrs["flag_meanings"].split()
                check(len(words) == len(item.attrs["flag_values"]), f"{name}: flags and meanings differ in number")
                check(item.attrs["flag_values"].dtype == item.dtype, f"{name}: flags are of another type")
                if enumeration:
                    check([enumeration[w] for w in words] == list(range(len(words))), f"{name}: {enumeration}")
            elif not is_text:
                check("units" in item.attrs, f"{name} has no units")
                check(item.attrs.get("units") != "seconds", f"{name}: seconds become a timedelta")
            check(all(len(d) == 1 for d in item.dims), f"{name} has an axis without a dimension")
            if item.ndim == 1 and group not in ("/summary",) and not group.startswith("/plot"):
                lengths.setdefault(group, set()).add(item.shape[0])
                check(item.chunks is not None and item.maxshape == (None,), f"{name} is not extendible")
                check(item.chunks[0] * item.dtype.itemsize <= 1 << 20, f"{name}: chunk above 1 MiB")

        f.visititems(visit)
        for group, found in lengths.items():
            check(len(found) == 1, f"{group}: columns of {found} rows")

        r = f["replications"]
        for table, dimension in (("outcomes", "outcome"), ("shots", "shot"), ("events", "event"), ("tracks", "track")):
            if table not in f:
                check(r[f"{dimension}_count"][:].sum() == 0, f"{table} is missing")
                continue
            begin, count = r[f"{dimension}_begin"][:], r[f"{dimension}_count"][:]
            check(np.array_equal(begin, np.concatenate([[0], np.cumsum(count)[:-1]])), f"{table}: begin is not the sum")
            check(np.array_equal(f[table]["replication"][:], np.repeat(np.arange(len(count)), count)),
                  f"{table}: replication")
        for link in ("external", "soft"):
            kind = h5py.ExternalLink if link == "external" else h5py.SoftLink
            check(not any(isinstance(f.get(n, getlink=True), kind) for n in f), f"{link} links")
        metrics = [text(m) for m in f["summary/metric"][:]]
        leaked = f["by_class/leaked"][:].reshape(len(r["number"]), -1)
        decoy = f["defs/threat_class/is_decoy"][:].astype(bool)
        for p in range(len(f["points/label"])):
            rows = slice(f["points/replication_begin"][p], f["points/replication_begin"][p] + f["points/replication_count"][p])
            mean = leaked[rows][:, ~decoy].sum(axis=1).mean()
            check(np.isclose(f["summary/mean"][p, metrics.index("leakers")], mean, rtol=1e-12), f"mean leakers of point {p}")
        signal = f[f.attrs["default"]]
        signal = signal[signal.attrs["default"]]
        check(signal[signal.attrs["signal"]].shape == signal[signal.attrs["axes"]].shape, "default plot")
        tables = ["replications", "by_class", "by_weapon", "points", "scenarios", "summary", "plot/convergence"]
        tables += [t for t in ("outcomes", "shots", "events", "tracks") if t in f]
        tables += ["defs/" + t for t in f["defs"]]
        columns = {t: [n for n, d in f[t].items() if isinstance(d, h5py.Dataset) and d.ndim and not
                       (is_scale(d) and d.id.get_storage_size() == 0)] for t in tables}
        units = {f"{t}/{n}": text(f[t][n].attrs["units"]) for t in tables for n in columns[t] if "units" in f[t][n].attrs}
        flags = {f"{t}/{n}": text(f[t][n].attrs["flag_meanings"]) for t in tables for n in columns[t]
                 if "flag_meanings" in f[t][n].attrs}
    return columns, units, flags


def check_xarray(path, columns, units, flags):
    for table, names in columns.items():
        with xarray.open_dataset(path, group=table) as data:
            check(not any(d.startswith("phony_dim") for d in data.dims), f"{table}: {tuple(data.dims)}")
            seen = set(data.variables)
            check(set(names) <= seen, f"{table}: xarray does not see {set(names) - seen}")
            for name in names:
                key = f"{table}/{name}"
                if key in units and name in data:
                    check(data[name].attrs.get("units") == units[key], f"{key}: units in xarray")
                if key in flags and name in data:
                    check(data[name].attrs.get("flag_meanings") == flags[key], f"{key}: flag_meanings in xarray")
            if table in ("replications", "shots", "events"):
                check(len(data.to_dataframe()) == data.sizes[table[:-1]], f"{table}: to_dataframe")


def check_netcdf(path, columns):
    with netCDF4.Dataset(path) as data:
        check(data.Conventions == "pavise-results-1", "netCDF4: Conventions")
        for table, names in columns.items():
            group = data[table]
            for name in names:
                check(name in group.variables, f"netCDF4 does not see {table}/{name}")
        result = data["replications"].variables["result"]
        check(type(result.datatype).__name__ == "EnumType", "netCDF4: result is an enumeration")


def main():
    path = sys.argv[1]
    columns, units, flags = check_h5py(path)
    check_xarray(path, columns, units, flags)
    check_netcdf(path, columns)
    dump = subprocess.run(["h5dump", "-H", path], capture_output=True, text=True)
    check(dump.returncode == 0 and "H5T_ENUM" in dump.stdout and not dump.stderr, f"h5dump: {dump.stderr[:200]}")
    for line in wrong:
        print(f"{path}: {line}")
    print(f"{sum(map(len, columns.values()))} columns in {len(columns)} groups, {len(wrong)} wrong")
    return 1 if wrong else 0


sys.exit(main())

"""Every shipped scenario and component satisfies the schema in schema/, and the schema refuses what it can express."""
import copy
import glob
import json
import os
import tomllib
import unittest

import jsonschema

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def validator(name):
    with open(os.path.join(ROOT, "schema", f"pavise-{name}-1.schema.json")) as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


class Schema(unittest.TestCase):
    def test_every_shipped_file_satisfies_it(self):
        for kind, pattern in (("scenario", "data/scenarios/**/*.toml"), ("component", "data/components/*/*.toml")):
            check = validator(kind)
            files = sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True))
            self.assertTrue(files)
            for path in files:
                errors = [(list(e.absolute_path), e.message[:200]) for e in check.iter_errors(read(path))]
                self.assertEqual(errors, [], path)

    def test_what_it_can_express_it_refuses(self):
        check = validator("scenario")
        good = read(os.path.join(ROOT, "data/scenarios/first_minute.toml"))
        self.assertTrue(check.is_valid(good))

        def broken(change):
            bad = copy.deepcopy(good)
            change(bad)
            return bad

        def put(*path_and_value):
            *path, last, value = path_and_value

            def change(tree):
                for part in path:
                    tree = tree[part]
                tree[last] = value
            return change

        changes = {
            "unknown key": put("asset", "airfield", "colour", "red"),
            "unknown table": put("aset", {}),
            "number without unit": put("asset", "airfield", "radius", 800),
            "wrong dimension": put("asset", "airfield", "radius", "800 s"),
            "unknown unit": put("asset", "airfield", "radius", "800 M"),
            "text for a number": put("asset", "airfield", "value", "30"),
            "out of range": put("command", "missed_kill", 1.5),
            "not a position": put("asset", "airfield", "at", "1 km N 1 km E"),
            "not a name": put("asset", "Airfield", {"at": "0 km E 0 km N", "value": 1}),
            "not a word": put("interceptor", "amraam", "seeker", "laser"),
            "no instant": put("frame", "epoch", "tomorrow"),
            "other format": put("schema", "pavise-scenario/2"),
            "missing key": lambda tree: tree["asset"]["airfield"].pop("value"),
            "missing table": lambda tree: tree.pop("frame"),
        }
        for what, change in changes.items():
            self.assertFalse(check.is_valid(broken(change)), what)
        self.assertTrue(check.is_valid(broken(put("asset", "airfield", "x-note", 1))))

    def test_a_component_value_needs_exactly_one_origin(self):
        check = validator("component")
        good = read(os.path.join(ROOT, "data/components/sensor/cuas_radar.toml"))
        for value in ({"value": "25 km"}, {"value": "25 km", "source": "a", "notional": "b"}, "25 km"):
            bad = copy.deepcopy(good)
            bad["values"]["instrumented_range"] = value
            self.assertFalse(check.is_valid(bad), value)


if __name__ == "__main__":
    unittest.main()

"""The outcome hash depends on inputs, seed and version, and on nothing else; arms are paired draw by draw."""
import os
import unittest

import h5py
import numpy as np

from program import ProgramTest

HUB = "nsatu_hub_amdtf"
PATRIOT = "nsatu_hub_patriot_only"


class OneHash(ProgramTest):
    def hash_of(self, *arguments, **environment):
        return self.run_json("run", HUB, "--raid", "mixed_40", "-n", "24", "--seed", "5", *arguments,
                             environment=environment)["outcome_hash"]

    def test_threads_blocks_levels_and_variants_do_not_change_the_outcome_hash(self):
        expected = self.hash_of("--threads", "1")
        self.assertRegex(expected, "^[0-9a-f]{32}$")
        for threads in (2, 3, 16):
            self.assertEqual(self.hash_of("--threads", threads), expected, f"{threads} threads")
        for block in (1, 3, 32):
            self.assertEqual(self.hash_of(PAVISE_BLOCK=str(block)), expected, f"block {block}")
        for level in ("summary", "events", "full"):
            out = self.path(level + ".h5")
            self.assertEqual(self.hash_of("--record", level, "-o", out), expected, level)
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = file.read()
        for simd, flag in (("baseline", "sse2"), ("x86-64-v3", "avx2"), ("x86-64-v4", "avx512dq")):
            if flag in flags:
                self.assertEqual(self.hash_of(PAVISE_SIMD=simd), expected, simd)
        for other in os.environ.get("PAVISE_OTHER_BUILDS", "").split(":"):
            if other:  # another compiler, another optimisation level
                self.assertEqual(self.hash_of_build(other), expected, other)

    def hash_of_build(self, program):
        import json
        import subprocess
        result = subprocess.run([program, "run", HUB, "--raid", "mixed_40", "-n", "24", "--seed", "5", "--json"],
                                capture_output=True, text=True, check=True)
        return json.loads(result.stdout)["outcome_hash"]

    def test_another_seed_is_another_hash(self):
        one = self.run_json("run", "first_minute", "-n", "8", "--seed", "1")["outcome_hash"]
        two = self.run_json("run", "first_minute", "-n", "8", "--seed", "2")["outcome_hash"]
        self.assertNotEqual(one, two)

    def test_replay_reproduces_any_replication(self):
        out = self.path("study.h5")
        self.run_program("compare", HUB, PATRIOT, "--raid", "mixed_40", "-n", "6", "-o", out, "--quiet")
        for number in (0, 3, 11):
            self.run_program("replay", out, "--replication", number)


class Pairing(ProgramTest):
    def threats_of(self, scenario, policy, name):
        out = self.path(name)
        self.run_program("run", scenario, "--raid", "mixed_40", "-n", "3", "--policy", policy, "--record", "full",
                         "-o", out, "--quiet")
        with h5py.File(out) as file:
            tracks = file["tracks"]
            rows = tracks["entity_kind"][:] == 0
            return {key: tracks[key][:][rows] for key in ("replication", "time", "entity", "x", "y", "z")}

    def test_a_changed_policy_or_a_battery_less_leaves_every_path_of_the_raid_as_it_was(self):
        base = self.threats_of(HUB, "doctrine", "base.h5")
        for scenario, policy in ((HUB, "greedy_mmr"), (PATRIOT, "doctrine")):
            other = self.threats_of(scenario, policy, f"{scenario}_{policy}.h5")
            where = {key: index for index, key in
                     enumerate(zip(base["replication"], base["time"], base["entity"]))}
            both = [(where[key], index) for index, key in
                    enumerate(zip(other["replication"], other["time"], other["entity"])) if key in where]
            self.assertGreater(len(both), 1000)
            mine, theirs = map(np.array, zip(*both))
            for axis in "xyz":  # as long as a threat lives in both, and no jammer moved it, it is in the same place
                same = base[axis][mine] == other[axis][theirs]
                self.assertGreater(same.mean(), 0.999 if scenario == PATRIOT or policy != "doctrine" else 1.0)


if __name__ == "__main__":
    unittest.main()

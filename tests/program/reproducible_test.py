"""The outcome hash depends on inputs, seed and version, and on nothing else; arms are paired draw by draw."""
import math
import os
import unittest

import h5py

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
    """Where threats are, replication by replication. A jammer's doing may differ: those that it was ordered at in either
    arm, and whoever has been near enough to lose satellite navigation."""

    # the counter-drone sections stand 2.5 km from the centre, and their jammers deny satellites within 5 km
    JAMMERS_REACH_m = 8000

    def threats_of(self, scenario, policy, name):
        out = self.path(name)
        self.run_program("run", scenario, "--raid", "mixed_40", "-n", "3", "--policy", policy, "--record", "full",
                         "-o", out, "--quiet")
        with h5py.File(out) as file:
            tracks, shots = file["tracks"], file["shots"]
            rows = tracks["entity_kind"][:] == 0
            columns = [tracks[key][:][rows] for key in ("replication", "time", "entity", "x", "y", "z")]
            where = {tuple(row[:3]): tuple(row[3:]) for row in zip(*columns)}
            weapons = [name.decode() for name in file["defs/weapon/name"][:]]
            near = {}  # since when
            for (replication, time, entity), at in where.items():
                if sum(x * x for x in at) < self.JAMMERS_REACH_m ** 2:
                    near[replication, entity] = min(time, near.get((replication, entity), time))
            where = {key: at for key, at in where.items() if key[1] < near.get((key[0], key[2]), math.inf)}
            jammed = {(replication, threat) for replication, threat, weapon in
                      zip(shots["replication"][:], shots["threat"][:], shots["weapon"][:]) if "jammer" in weapons[weapon]}
            return where, jammed

    def test_a_changed_policy_or_batteries_less_leave_every_path_of_the_raid_as_it_was(self):
        base, jammed = self.threats_of(HUB, "doctrine", "base.h5")
        for scenario, policy in ((HUB, "greedy_mmr"), (PATRIOT, "doctrine")):
            other, jammed_there = self.threats_of(scenario, policy, f"{scenario}_{policy}.h5")
            touched = jammed | jammed_there
            both = [key for key in base if key in other and (key[0], key[2]) not in touched]
            self.assertGreater(len(both), 10000)
            moved = [key for key in both if base[key] != other[key]]
            self.assertEqual(moved, [], f"{scenario}, {policy}")


if __name__ == "__main__":
    unittest.main()

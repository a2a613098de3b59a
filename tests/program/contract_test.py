"""What a user types and gets: CONTRACT's commands, statuses and JSON."""
import os
import signal
import subprocess
import time
import unittest

import h5py

from program import PAVISE, SOURCE, ProgramTest

HUB = "nsatu_hub_amdtf"


class Commands(ProgramTest):
    def test_no_arguments_is_short_help_on_stderr_and_status_2(self):
        result = self.run_program(status=2)
        self.assertEqual(result.stdout, "")
        self.assertIn("pavise", result.stderr)

    def test_help_and_version_are_answers(self):
        self.assertIn("pavise", self.run_program("--help").stdout)
        self.assertRegex(self.run_program("--version").stdout, r"\d+\.\d+\.\d+")
        for command in ("run", "compare", "replay", "diff", "validate", "list", "schema", "verify", "merge", "status"):
            self.assertIn("pavise " + command, self.run_program(command, "--help").stdout, command)

    def test_a_misspelt_command_or_option_gets_a_suggestion(self):
        self.assertIn("compare", self.run_program("compaer", status=2).stderr)
        self.assertIn("--threads", self.run_program("run", HUB, "--thraeds", "2", status=2).stderr)

    def test_every_shipped_scenario_is_valid(self):
        for scenario in (HUB, "nsatu_hub_patriot_only", "first_minute", "bench/hundred_tracks"):
            self.run_program("validate", scenario)

    def test_lists_name_what_there_is(self):
        self.assertIn("doctrine", self.run_program("list", "policies").stdout)
        self.assertIn("radar/", self.run_program("list", "components").stdout)
        self.assertIn("first_minute", self.run_program("list", "scenarios").stdout)
        self.assertIn("leakers", self.run_program("list", "metrics").stdout)
        self.assertIn("launch_time", self.run_program("list", "columns").stdout)

    def test_a_closed_pipe_ends_quietly(self):
        result = subprocess.run(f"{PAVISE} list components | head -1", shell=True, capture_output=True, text=True)
        self.assertEqual(result.stderr, "")

    def test_run_reports_the_keys_of_the_contract(self):
        summary = self.run_json("run", "first_minute", "-n", "50")
        self.assertEqual(summary["schema"], "pavise-summary/1")
        for key in ("version", "commit", "scenario", "policy", "replications", "seed", "outcome_hash", "threads", "simd",
                    "wall_s", "cpu_s", "entity_updates", "simulated_s", "metrics"):
            self.assertIn(key, summary)
        for key in ("leakers", "leakers.cruise_subsonic", "p_no_leaker", "damage", "cost.interceptors"):
            self.assertLessEqual({"mean", "se", "ci95", "unit"}, set(summary["metrics"][key]), key)

    def test_compare_reports_paired_differences(self):
        summary = self.run_json("compare", HUB, "nsatu_hub_patriot_only", "--raid", "drones_24", "-n", "20")
        self.assertEqual(len(summary["arms"]), 2)
        pair = next(p for p in summary["pairs"] if p["metric"] == "leakers")
        for key in ("a", "b", "metric", "mean_difference", "se", "ci95", "unpaired_se", "correlation", "p_value",
                    "p_value_holm"):
            self.assertIn(key, pair)

    def test_an_existing_file_is_not_overwritten_without_force(self):
        out = self.path("run.h5")
        self.run_program("run", "first_minute", "-n", "4", "-o", out)
        self.run_program("run", "first_minute", "-n", "4", "-o", out, status=2)
        self.run_program("run", "first_minute", "-n", "4", "-o", out, "--force")

    def test_diff_of_equal_runs_is_0_and_of_different_ones_1(self):
        for name, seed in (("a.h5", 1), ("b.h5", 1), ("c.h5", 2)):
            self.run_program("run", "first_minute", "-n", "4", "--seed", seed, "--record", "events", "-o", self.path(name))
        self.run_program("diff", self.path("a.h5"), self.path("b.h5"))
        self.run_program("diff", self.path("a.h5"), self.path("c.h5"), status=1)


class BadInput(ProgramTest):
    def test_all_errors_of_a_file_at_once_and_nothing_written(self):
        with open(os.path.join(SOURCE, "data/scenarios/first_minute.toml"), encoding="utf-8") as file:
            text = file.read()
        bad = self.write("bad.toml", text + '\n[asset.extra]\nat = "1 km"\nvaleu = 3\n[sensor.s2]\nuses = "radar/nowhere"\nat = "0 km E 0 km N"\n')
        result = self.run_program("validate", bad, status=2)
        self.assertGreaterEqual(result.stderr.count("error[E"), 3)
        self.assertIn("bad.toml:", result.stderr)
        self.assertIn("value", result.stderr)
        out = self.path("bad.h5")
        self.run_program("run", bad, "-o", out, status=2)
        self.assertEqual(os.listdir(self.folder.name), ["bad.toml"])


class Interruption(ProgramTest):
    COMMAND = ("compare", HUB, "nsatu_hub_patriot_only", "--raid", "drones_24", "--seed", "3", "--checkpoint", "1s")

    def start(self, out, count):
        return subprocess.Popen([PAVISE, *self.COMMAND, "-n", str(count), "-o", out], cwd=self.folder.name,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def assert_same_content(self, a, b):
        self.run_program("diff", a, b)
        with h5py.File(a) as left, h5py.File(b) as right:
            names = []
            left.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
            for name in names:
                if name.startswith("run"):
                    continue
                equal = left[name][()] if left[name].shape == () else left[name][:].tobytes()
                other = right[name][()] if right[name].shape == () else right[name][:].tobytes()
                if left[name].dtype.kind == "O":
                    equal, other = list(left[name].asstr()[...].flat), list(right[name].asstr()[...].flat)
                self.assertEqual(equal, other, name)

    def interrupted(self, kill):
        count = 400
        whole = self.path("whole.h5")
        self.run_program(*self.COMMAND, "-n", count, "-o", whole, "--quiet")
        out = self.path("cut.h5")
        process = self.start(out, count)
        time.sleep(3)
        process.send_signal(kill)
        status = process.wait(timeout=120)
        if status == 0:
            self.skipTest("the run was over before the signal came")
        if kill == signal.SIGINT:
            self.assertEqual(status, 130)
            with h5py.File(out) as file:
                self.assertEqual(file.attrs["status"], "partial")
        self.run_program(*self.COMMAND, "-n", count, "-o", out, "--resume", "--quiet")
        self.assert_same_content(whole, out)

    def test_after_ctrl_c_the_file_opens_and_resumes_to_the_same_content(self):
        self.interrupted(signal.SIGINT)

    def test_after_kill_9_resume_gives_the_same_content(self):
        self.interrupted(signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()

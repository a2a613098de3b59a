"""Runs the program for the tests that look at it from outside."""
import json
import os
import subprocess
import tempfile
import unittest

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAVISE = os.environ.get("PAVISE", os.path.join(SOURCE, "build/release/pavise"))


class ProgramTest(unittest.TestCase):
    """Each test has a folder of its own, gone afterwards."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run_program(self, *arguments, environment=None, status=0, timeout=300):
        env = dict(os.environ, **(environment or {}))
        result = subprocess.run([PAVISE, *map(str, arguments)], cwd=self.folder.name, env=env, timeout=timeout,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(result.returncode, status, f"{arguments}\n{result.stdout}\n{result.stderr}")
        return result

    def run_json(self, *arguments, **keywords):
        return json.loads(self.run_program(*arguments, "--json", **keywords).stdout)

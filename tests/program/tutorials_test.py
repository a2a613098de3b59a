"""The commands and programs that README and tutorials print do what they say: each page is worked through in a folder.

From a page are taken, in order: ```sh blocks, of which every line that begins with `$ pavise`, `$ build/release/pavise`,
`$ NAME=VALUE pavise` or `$ cp data/` is run (`# exit N` at its end: the status it must have, else 0); ```toml blocks whose
first line is `# file: NAME`, which are written; ```python blocks, which are run.
"""
import glob
import os
import re
import subprocess
import sys
import unittest

from program import PAVISE, SOURCE, ProgramTest

MOST_REPLICATIONS = 8  # a page shows a study, the test only that the command holds
RUNS = re.compile(r"^(?:[A-Z_]+=\S+ )*pavise |^cp data/")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fewer(command):
    """The same command with at most MOST_REPLICATIONS."""
    return re.sub(r"( -n | --replications )(\d+)", lambda m: m[1] + str(min(int(m[2]), MOST_REPLICATIONS)), command)


def steps_of(page):
    """(kind, text, expected status) of everything that a page does."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for language, body in FENCE.findall(text):
        if language == "sh":
            for line in re.sub(r"\\\n\s*", "", body).splitlines():
                if not line.startswith("$ "):
                    continue
                command, _, comment = line[2:].partition("    # ")
                command = command.replace("build/release/pavise ", "pavise ").strip()
                status = re.match(r"exit (\d+)", comment)
                if RUNS.match(command + " "):
                    yield "command", fewer(command), int(status[1]) if status else 0
        elif language == "toml" and body.startswith("# file: "):
            yield "file", body, 0
        elif language == "python":
            yield "python", body, 0


class Tutorials(ProgramTest):
    def work_through(self, page):
        environment = dict(os.environ, PATH=os.path.dirname(PAVISE) + os.pathsep + os.environ["PATH"])
        count = 0
        for kind, text, status in steps_of(page):
            count += 1
            if kind == "file":
                self.write(text.split("\n", 1)[0][len("# file: "):].strip(), text)
                continue
            if kind == "command":
                arguments = ["bash", "-c", text.replace("cp data/", f"cp {SOURCE}/data/")]
            else:
                arguments = [sys.executable, self.write("block.py", text)]
            result = subprocess.run(arguments, cwd=self.folder.name, env=environment, stdin=subprocess.DEVNULL,
                                    capture_output=True, text=True, timeout=300)
            self.assertEqual(result.returncode, status, f"{os.path.basename(page)}: {text}\n{result.stdout}\n{result.stderr}")
        self.assertGreater(count, 0, "nothing to run: has the page's format changed?")

    def test_links_between_pages_lead_somewhere(self):
        pages = [os.path.join(SOURCE, name) for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
        for page in pages + glob.glob(os.path.join(SOURCE, "docs", "**", "*.md"), recursive=True):
            with open(page, encoding="utf-8") as file:
                for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read()):
                    if "://" not in target:
                        self.assertTrue(os.path.exists(os.path.join(os.path.dirname(page), target)), f"{page}: {target}")


def add_page(page):
    name = os.path.splitext(os.path.basename(page))[0].lower().replace("-", "_")
    setattr(Tutorials, f"test_{name}_does_what_it_says", lambda self: self.work_through(page))


for each in [os.path.join(SOURCE, "README.md")] + sorted(glob.glob(os.path.join(SOURCE, "docs", "tutorials", "*.md"))):
    add_page(each)


if __name__ == "__main__":
    unittest.main()

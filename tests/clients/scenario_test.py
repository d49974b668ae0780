#!/usr/bin/env python3
"""edgesim test as CI systems see it: exit codes, what is printed where, files that are written."""

import json
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import tools

GOOD = "# Banner\ntag smoke\nclient 203.0.113.9\nS: 220\n"
BAD = "client 203.0.113.9\nS: 220\nC: XYZZY\nS: 250\n"


class ScenarioCommandTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-scenario-")))

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run_test(self, *arguments, code=0):
        done = subprocess.run([str(tools.binary()), "test", *map(str, arguments)], cwd=self.folder, capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_all_passed(self):
        self.put("a.scenario", GOOD)
        done = self.run_test()
        self.assertRegex(done.stdout, r"^ok      a  [0-9.]+ ms\n1 passed in [0-9.]+ s\n$")
        self.assertEqual(done.stderr, "")

    def test_a_failure_tells_the_way_to_it(self):
        self.put("a.scenario", BAD)
        done = self.run_test(code=1)
        self.assertIn("a.scenario:4:1: S: 250\n    - expected: 250\n    + got:      500 5.3.3", done.stdout)
        self.assertIn("edgesim test a.scenario --filter 'a' --seed 1", done.stdout)

    def test_wrong_scenarios_are_told_and_nothing_is_played(self):
        self.put("a.scenario", GOOD)
        self.put("b.scenario", "cleint 1.2.3.4\nreplay x\n")
        done = self.run_test(code=2)
        self.assertEqual(done.stdout, "")
        self.assertIn('b.scenario:1:1: expected a verb, found "cleint"; did you mean "client"?\n', done.stderr)
        self.assertIn("b.scenario:2:8: expected a number of messages", done.stderr)

    def test_wrong_command_lines(self):
        self.put("a.scenario", GOOD)
        for arguments in (["--shard", "3/2"], ["--shard", "x"], ["--nonsense"], ["--tap", "--json"], ["nowhere"]):
            with self.subTest(arguments):
                self.run_test(*arguments, code=2)

    def test_nothing_selected(self):
        self.run_test(code=3)
        self.put("a.scenario", GOOD)
        self.run_test("--filter", "zzz", code=3)
        self.run_test("--tag", "!smoke", code=3)

    def test_a_report_that_cannot_be_written(self):
        self.put("a.scenario", GOOD)
        self.run_test("--junit", "no/such/folder/report.xml", code=4)

    def test_the_shards_are_the_whole(self):
        for number in range(7):
            self.put(f"s/{number}.scenario", GOOD)
        names = []
        for shard in (1, 2, 3):
            names += self.run_test("--shard", f"{shard}/3", "--list").stdout.splitlines()
        self.assertEqual(sorted(names), [f"s/{number} [smoke]: Banner" for number in range(7)])

    def test_junit_json_tap_github(self):
        self.put("a.scenario", GOOD)
        self.put("b.scenario", BAD)
        done = self.run_test("--junit", "report.xml", "--json", code=1)
        suite = xml.etree.ElementTree.parse(self.folder / "report.xml").getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "1"))
        failed = suite.find(".//testcase[@name='b']")
        self.assertIn("XYZZY", failed.find("system-out").text)
        self.assertEqual(failed.find("failure").get("type"), "expectation")
        good, bad, summary = map(json.loads, done.stdout.splitlines())
        self.assertEqual((good["verdict"], bad["verdict"], summary["failed"]), ("passed", "failed", 1))
        self.assertEqual(bad["misses"][0]["line"], 4)
        tap = self.run_test("--tap", code=1).stdout
        self.assertTrue(tap.startswith("TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b\n  ---\n"), tap)
        self.assertIn("::error file=b.scenario,line=4,", self.run_test("--github", code=1).stdout)

    def test_fail_fast_quiet_repeat(self):
        self.put("a.scenario", BAD)
        self.put("b.scenario", GOOD)
        self.assertIn("1 failed", self.run_test("--fail-fast", code=1).stdout)
        self.assertNotIn("ok ", self.run_test("--quiet", code=1).stdout)
        self.assertIn("3 passed", self.run_test("b.scenario", "--repeat", "3").stdout)

    def test_update_makes_it_pass(self):
        path = self.put("a.scenario", "# kept\n" + BAD + "# and this\n")
        self.run_test("--update", code=1)
        self.assertEqual(path.read_text(encoding="utf-8"), "# kept\nclient 203.0.113.9\nS: 220\nC: XYZZY\n"
                         "S: 500 5.3.3 Unrecognized command\n# and this\n")
        self.run_test()

    def test_the_same_seed_gives_the_same_output_on_any_number_of_threads(self):
        for number in range(40):
            self.put(f"s/{number:02}.scenario", BAD if number % 3 else GOOD)
        outputs = []
        for jobs in (1, 8):
            played = self.run_test("--json", "--seed", "7", "--jobs", jobs, code=1).stdout.splitlines()
            lines = [json.loads(line) for line in played]
            for line in lines:
                del line["seconds"]
            outputs.append(lines)
        self.assertEqual(outputs[0], outputs[1])

    def test_verbs(self):
        self.assertIn("S: BEGINNING [after SPAN]", self.run_test("--verbs").stdout)


if __name__ == "__main__":
    tools.main()

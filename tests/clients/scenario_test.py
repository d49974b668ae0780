#!/usr/bin/env python3
"""edgesim test as CI systems see it: exit codes, what is printed where, files that are written."""

import contextlib
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import tools

GOOD = "# Banner\ntag smoke\nclient 203.0.113.9\nS: 220\n"
THRESHOLD = """PS> Set-ContentFilterConfig -SCLRejectEnabled $true -SCLRejectThreshold 7
scl {scl}
client 203.0.113.9
hello
envelope ann@fabrikam.com mary@adventureworks.com
message <<END
Subject: x

body
END
S: {reply}
"""
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

    def on_a_terminal(self, *arguments):
        """What a person sees."""
        ours, its = pty.openpty()
        with subprocess.Popen([str(tools.binary()), "test", *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=its,
                              stderr=its) as program:
            os.close(its)
            shown = b""
            with contextlib.suppress(OSError):  # EIO: the other end was closed
                while more := os.read(ours, 4096):
                    shown += more
            os.close(ours)
        self.assertEqual(program.returncode, 0, shown)
        return shown.decode()

    def test_a_person_sees_how_far_it_is_and_the_bar_goes(self):
        for name in "abc":
            self.put(f"{name}.scenario", GOOD)
        shown = self.on_a_terminal()
        self.assertEqual(re.findall(r"\[(#*)\.*\] (\d)/3\r", shown), [("#" * 13, "1"), ("#" * 26, "2")])
        self.assertEqual(shown.count("\r\x1b[K"), 4)  # before each result, and before the sum
        self.assertRegex(shown, r"\x1b\[K3 passed in [0-9.]+ s\r\n$")

    def test_programs_see_no_bar(self):
        self.put("a.scenario", GOOD)
        self.put("b.scenario", GOOD)
        for arguments in (["--json"], ["--tap"]):
            with self.subTest(arguments):
                self.assertNotIn("\x1b[K", self.on_a_terminal(*arguments))
        self.assertNotIn("#", self.run_test().stdout)

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

    def test_mutation_finds_what_nobody_notices(self):
        self.put("a.scenario", THRESHOLD.format(scl=8, reply="550 5.7.1"))
        done = self.run_test("--mutate", "--quiet", code=1)
        self.assertIn("SURVIVED ContentFilterConfig.SCLRejectThreshold 7 -> 8\n         not noticed by a\n", done.stdout)
        self.assertRegex(done.stdout, r"4 changes: 2 noticed, 2 survived in [0-9.]+ s\n$")
        self.put("b.scenario", THRESHOLD.format(scl=7, reply="550 5.7.1"))
        self.put("c.scenario", THRESHOLD.format(scl=6, reply="250 2.6.0"))
        self.assertIn("4 changes: 4 noticed, 0 survived", self.run_test("--mutate").stdout)
        self.assertIn("1 changes: ", self.run_test("--mutate", "--mutate-max", "1").stdout)
        lines = [json.loads(line) for line in self.run_test("--mutate", "--json").stdout.splitlines()]
        self.assertEqual(lines[-1]["noticed"], 4)
        self.put("d.scenario", BAD)
        self.assertNotIn("changes", self.run_test("--mutate", code=1).stdout)

    def test_a_given_configuration_is_what_scenarios_begin_with(self):
        self.put("edge.ps1", "New-AcceptedDomain -Name C -DomainName contoso.com\n"
                             "Set-SenderFilterConfig -BlockedDomains tailspin.com, fabrikam.com\n")
        self.put("a.scenario", "client 203.0.113.9\nhello\nC: MAIL FROM:<a@tailspin.com>\nS: 554 5.1.0\n")
        self.run_test(code=1)
        self.run_test("--config", "edge.ps1")
        survived = self.run_test("--config", "edge.ps1", "--mutate", "--quiet", code=1).stdout
        self.assertIn("SURVIVED SenderFilterConfig.BlockedDomains without fabrikam.com", survived)
        self.assertNotIn("without tailspin.com", survived)
        self.put("edge.ps1", "Set-Nonsense\n")
        self.assertIn("BROKEN  a: the configuration: ", self.run_test("--config", "edge.ps1", code=4).stdout)

    def test_coverage_is_a_table_and_a_page(self):
        self.put("a.scenario", "PS> Set-SenderFilterConfig -BlockedDomains tailspin.com\n" + GOOD.replace("# Banner\n", ""))
        done = self.run_test("--coverage", "--coverage-html", "coverage.html")
        self.assertIn("SenderFilterConfig.BlockedDomains  tailspin.com  never matched", done.stdout)
        page = (self.folder / "coverage.html").read_text(encoding="utf-8")
        self.assertIn("tailspin.com", page)
        self.run_test("--coverage-html", "no/such/folder/coverage.html", code=4)

    def test_watch_plays_again_what_changed_and_ends_on_ctrl_c(self):
        path = self.put("a.scenario", GOOD)
        self.put("b.scenario", GOOD)
        with subprocess.Popen([str(tools.binary()), "test", "--watch"], cwd=self.folder, stdout=subprocess.PIPE,
                              text=True) as watching:
            def until_idle():
                lines = []
                while not lines or not lines[-1].startswith("watching "):
                    lines.append(watching.stdout.readline())
                    self.assertNotEqual(lines[-1], "", lines)
                return lines
            self.assertEqual([line[:9] for line in until_idle()[:2]], ["ok      a", "ok      b"])
            path.write_text(BAD, encoding="utf-8")
            self.assertTrue(until_idle()[0].startswith("FAILED  a"))
            path.write_text(GOOD, encoding="utf-8")
            self.assertEqual([line[:9] for line in until_idle()[:-2]], ["ok      a"])
            path.write_text("nonsense\n", encoding="utf-8")
            until_idle()
            path.write_text(GOOD, encoding="utf-8")
            until_idle()
            watching.send_signal(signal.SIGINT)
            self.assertEqual(watching.wait(timeout=30), 0)

    def test_verbs(self):
        self.assertIn("S: BEGINNING [after SPAN]", self.run_test("--verbs").stdout)


if __name__ == "__main__":
    tools.main()

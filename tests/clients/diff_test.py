#!/usr/bin/env python3
"""edgesim diff as scripts see it: exit codes, what is printed where, the page, and the training mails between two
thresholds (docs/diff.md shows that one)."""

import json
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unittest

import tools

DOMAIN = "New-AcceptedDomain -Name Contoso -DomainName contoso.com\n"
MAIL = "From: Ann <ann@fabrikam.com>\nSubject: {subject}\n\nbody\n"


class DiffTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-diff-")))
        self.put("a.ps1", DOMAIN)
        self.put("b.ps1", DOMAIN + "Set-SenderFilterConfig -BlockedDomains fabrikam.com\n")
        self.put("mail/1.eml", MAIL.format(subject="one"))
        self.put("mail/box", "".join(f"From x Mon Jun  3 09:00:00 2019\n{MAIL.format(subject=n)}\n" for n in range(3)))

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def diff(self, *arguments, code, configs=("a.ps1", "b.ps1")):
        scripts = [part for config in configs for part in ("--config", config)]
        done = subprocess.run([str(tools.binary()), "diff", *scripts, *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, timeout=240, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_changes_are_told_and_are_exit_code_1(self):
        done = self.diff("mail", code=1)
        self.assertIn("4 messages, 4 verdicts changed", done.stdout)
        self.assertIn("+ Set-SenderFilterConfig", done.stdout)
        self.assertIn("refused by Sender Filter Agent (SenderInBlockList)", done.stdout)
        self.assertIn("mail/box:2", done.stdout)
        self.assertEqual(done.stderr, "")  # no progress bar where nobody looks

    def test_no_change_is_exit_code_0(self):
        done = self.diff("mail", code=0, configs=("a.ps1", "a.ps1"))
        self.assertIn("4 messages, no verdict changed", done.stdout)

    def test_the_envelope_can_be_said(self):
        self.diff("mail", "--from", "<>", code=0)
        self.diff("mail", "--from", "bob@elsewhere.com", code=0)
        self.put("mail/2.eml", "From: eve@elsewhere.com\n\nbody\n")
        done = self.diff("mail", "--envelope", "from-headers", code=1)
        self.assertIn("5 messages, 4 verdicts changed", done.stdout)

    def test_json(self):
        report = json.loads(self.diff("mail", "--json", code=1).stdout)
        self.assertEqual((report["schema"], report["messages"], report["changed"]), (1, 4, 4))
        self.assertEqual(report["outcomes"]["refused"], {"a": 0, "b": 4})
        self.assertEqual(report["groups"][0]["examples"][0]["name"], "mail/1.eml")
        self.assertEqual(report["groups"][0]["examples"][0]["b"]["event"], "OnMailCommand")

    def test_the_page_stands_alone(self):
        self.diff("mail", "--html", "report.html", code=1)
        page = (self.folder / "report.html").read_text(encoding="utf-8")
        self.assertIn("4 verdicts changed", page)
        self.assertNotRegex(page, r"(?i)(src|href)=|url\(|<script")

    def test_a_wrong_configuration_is_told_with_its_place_and_nothing_is_compared(self):
        self.put("wrong.ps1", DOMAIN + "Set-ContentFilterConfig -SCLRejectThreshold 12\n")
        done = self.diff("mail", code=2, configs=("a.ps1", "wrong.ps1"))
        self.assertIn("wrong.ps1:2:", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_wrong_command_lines(self):
        for arguments in (["nowhere"], ["mail", "--from", "nobody@"], ["mail", "--to", "x y"], ["mail", "--ip", "1.2.3"],
                          ["mail", "--envelope", "x"], ["mail", "--helo", "a b"], ["mail", "--profile", "1999"], []):
            with self.subTest(arguments):
                self.diff(*arguments, code=2)
        self.diff("mail", code=2, configs=("a.ps1",))
        self.diff("mail", code=2, configs=("a.ps1", "b.ps1", "a.ps1"))
        self.diff("mail", code=2, configs=("a.ps1", "no.ps1"))

    def test_a_page_that_cannot_be_written(self):
        self.diff("mail", "--html", "no/such/folder/x.html", code=4)

    def test_the_training_mails_between_two_thresholds(self):
        archive = tools.corpus("spamassassin-train") / "messages.tar.xz"
        with tarfile.open(archive) as mails:
            mails.extractall(self.folder / "train", filter="data")
        phrase = 'Add-ContentFilterPhrase -Phrase "click here" -Influence BadWord\n'
        self.put("a.ps1", DOMAIN + phrase + "Set-ContentFilterConfig -SCLRejectThreshold 7\n")
        self.put("b.ps1", DOMAIN + phrase + "Set-ContentFilterConfig -SCLRejectThreshold 1\n")
        done = self.diff("train", "--json", code=1)
        report = json.loads(done.stdout)
        self.assertEqual(report["messages"], 3821)
        self.assertEqual(report["unreadable"], 0)
        # The score has few rows: a badly formed message has 1, a phrase 9 (docs/agents/content-filter.md).
        self.assertEqual([group["a"] for group in report["groups"]], ["accepted, SCL 1"])
        self.assertEqual(report["groups"][0]["data"], {"1": report["changed"]})
        self.assertEqual(report["outcomes"]["refused"]["b"] - report["outcomes"]["refused"]["a"], report["changed"])
        alone = json.loads(self.diff("train", "--json", "--jobs", "1", code=1).stdout)
        self.assertEqual({**alone, "seconds": 0}, {**report, "seconds": 0})
        self.assertTrue(re.fullmatch(r"train/.*\.eml", report["groups"][0]["examples"][0]["name"]))


if __name__ == "__main__":
    tools.main()

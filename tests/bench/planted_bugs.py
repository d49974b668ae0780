#!/usr/bin/env python3
"""Plants one bug after the other into copies of our filters and asks tests/scenarios who is to blame.

A suite is worth what it notices. Each bug is one changed line; the program is linked anew with that one file, the tree is
left alone. Prints which scenarios failed, and in whose folder.

    tests/bench/planted_bugs.py BUILD_DIRECTORY        a Ninja build of edgesim
"""

import argparse
import collections
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

SHOWN = 6  # names for each bug
ROOT = pathlib.Path(__file__).resolve().parents[2]

Bug = collections.namedtuple("Bug", "source before after blamed")
BUGS = [
    Bug("agents/sender_filter/blocked_sender.cpp", "if (config.blankSenderBlockingEnabled)",
        "if (!config.blankSenderBlockingEnabled)", "sender_filter"),
    Bug("agents/sender_filter/blocked_sender.cpp", "findDomainOrParent(config.blockedDomainsAndSubdomains, domain)",
        "findDomainOrParent(config.blockedDomains, domain)", "sender_filter"),
    Bug("agents/sender_filter/blocked_sender.cpp", "domain.remove_prefix(dot + 1);",
        "domain.remove_prefix(1);", "sender_filter"),
    Bug("agents/recipient_filter/recipient_check.cpp", "config.blockListEnabled && config", "config", "recipient_filter"),
    Bug("agents/recipient_filter/recipient_check.cpp", "if (!config.recipientValidationEnabled)",
        "if (config.recipientValidationEnabled)", "recipient_filter"),
    Bug("agents/recipient_filter/recipient_check.cpp", "domain->domainType != AcceptedDomainType::Authoritative",
        "domain->domainType == AcceptedDomainType::ExternalRelay", "recipient_filter"),
    Bug("agents/content_filter/content_verdict.cpp", "scl >= threshold.scl", "scl > threshold.scl", "content_filter"),
    Bug("agents/content_filter/content_verdict.cpp", "if (isMet(config.sclReject, scl))",
        "if (isMet(config.sclDelete, scl))", "content_filter"),
    Bug("agents/attachment_filter/attachment_match.cpp", "pattern[in] == '*'", "pattern[in] == '?'", "attachment_filter"),
    Bug("agents/connection_filter/connection_filter_agent.cpp", "if (blockConfig_.blockStage == BlockStage::Connect)",
        "if (blockConfig_.blockStage == BlockStage::Mail)", "connection_filter"),
]


def commands(build):
    done = subprocess.run(["ninja", "-C", build, "-t", "commands", "edgesim"], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def compile_command(lines, source, copy, target):
    """The command that compiles `source`, made to compile `copy` into `target`."""
    line = next(line for line in lines if line.endswith(f"-c {ROOT / source}"))
    words = shlex.split(line)
    words[words.index("-o") + 1] = str(target)
    words[-1] = str(copy)
    while "-MF" in words or "-MT" in words:
        at = words.index("-MF" if "-MF" in words else "-MT")
        del words[at:at + 2]
    return [word for word in words if word != "-MD"]


def link_command(line, target, program):
    """The command that links edgesim, with `target` before the libraries, so that it wins."""
    words = [word for word in shlex.split(line) if word not in (":", "&&")]
    at = words.index("-o")
    return words[:at] + [str(target), "-o", str(program)] + words[at + 2:]


def play(program):
    done = subprocess.run([program, "test", "tests/scenarios", "--json"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return [each["name"] for each in results if each.get("verdict") == "failed"]


def try_bug(bug, lines, build, folder):
    text = (ROOT / bug.source).read_text(encoding="utf-8")
    if text.count(bug.before) != 1:
        sys.exit(f"{bug.source}: expected once: {bug.before}")
    copy, target, program = (folder / name for name in ("bug.cpp", "bug.o", "edgesim"))
    copy.write_text(text.replace(bug.before, bug.after), encoding="utf-8")
    subprocess.run(compile_command(lines, bug.source, copy, target), cwd=build, check=True)
    subprocess.run(link_command(lines[-1], target, program), cwd=build, check=True)
    failed = play(program)
    blamed = any(f"/{bug.blamed}/" in name for name in failed)
    print(f"{'noticed' if blamed else 'MISSED '}  {bug.source}: {bug.after}")
    for name in failed[:SHOWN]:
        print(f"             {name}")
    if len(failed) > SHOWN:
        print(f"             and {len(failed) - SHOWN} more")
    return blamed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    build = parser.parse_args().build.resolve()
    os.environ["CCACHE_DISABLE"] = "1"
    lines = commands(build)
    with tempfile.TemporaryDirectory(prefix="edgesim-bugs-") as name:
        noticed = [try_bug(bug, lines, build, pathlib.Path(name)) for bug in BUGS]
    print(f"{sum(noticed)} of {len(noticed)} noticed by the right folder")
    sys.exit(0 if all(noticed) else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Plants one bug after the other into copies of our filters and asks tests/scenarios who is to blame.

A suite is worth what it notices. Each bug is one changed line; the program is linked anew with that one file, the tree is
left alone. Prints which agent the failures name, that whose folder has most of the files that failed, and some of them.

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

# Whose scenarios lie in which folder; platform/ and smtp_session/ are the server's and name nobody.
AGENTS = {
    "connection_filter": "Connection Filtering Agent",
    "content_filter": "Content Filter Agent",
    "sender_filter": "Sender Filter Agent",
    "recipient_filter": "Recipient Filter Agent",
    "attachment_filter": "Attachment Filtering Agent",
}

Bug = collections.namedtuple("Bug", "source before after")
BUGS = [
    Bug("agents/connection_filter/connection_filter_agent.cpp", "if (blockConfig_.blockStage == BlockStage::Connect)",
        "if (blockConfig_.blockStage == BlockStage::Mail)"),
    Bug("agents/connection_filter/connection_filter_agent.cpp", 'replaceAll(text, "{0}", client.toString())',
        'replaceAll(text, "{1}", client.toString())'),
    Bug("agents/sender_filter/blocked_sender.cpp", "if (config.blankSenderBlockingEnabled)",
        "if (!config.blankSenderBlockingEnabled)"),
    Bug("agents/sender_filter/blocked_sender.cpp", "domain.remove_prefix(dot + 1);", "domain.remove_prefix(1);"),
    Bug("agents/recipient_filter/recipient_check.cpp", "config.blockListEnabled && config", "config"),
    Bug("agents/recipient_filter/recipient_check.cpp", "domain->domainType != AcceptedDomainType::Authoritative",
        "domain->domainType == AcceptedDomainType::ExternalRelay"),
    Bug("agents/content_filter/content_verdict.cpp", "scl >= threshold.scl", "scl > threshold.scl"),
    Bug("agents/content_filter/content_verdict.cpp", 'entries.contains("*." + std::string(domain))',
        "entries.contains(std::string(domain))"),
    Bug("agents/attachment_filter/attachment_match.cpp", "pattern[in] == '*'", "pattern[in] == '?'"),
    Bug("agents/attachment_filter/attachment_filter_agent.cpp", "config_.isException(receiveConnectorGuid",
        "!config_.isException(receiveConnectorGuid"),
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


def named_agent(failed):
    """The agent whose folder has most of the files that failed, and how many; None where no agent's has any."""
    files = {name.split("[")[0] for name in failed}
    folders = collections.Counter(name.split("/")[-2] for name in files)
    agents = collections.Counter({AGENTS[folder]: count for folder, count in folders.items() if folder in AGENTS})
    return agents.most_common(1)[0] if agents else (None, 0)


def try_bug(bug, lines, build, folder):
    text = (ROOT / bug.source).read_text(encoding="utf-8")
    if text.count(bug.before) != 1:
        sys.exit(f"{bug.source}: expected once: {bug.before}")
    copy, target, program = (folder / name for name in ("bug.cpp", "bug.o", "edgesim"))
    copy.write_text(text.replace(bug.before, bug.after), encoding="utf-8")
    subprocess.run(compile_command(lines, bug.source, copy, target), cwd=build, check=True)
    subprocess.run(link_command(lines[-1], target, program), cwd=build, check=True)
    failed = play(program)
    agent, count = named_agent(failed)
    right = agent == AGENTS[bug.source.split("/")[1]]
    print(f"{'right' if right else 'WRONG'}  {agent} ({count} files)  {bug.source}: {bug.after}")
    for name in failed[:SHOWN]:
        print(f"           {name}")
    if len(failed) > SHOWN:
        print(f"           and {len(failed) - SHOWN} more")
    sys.stdout.flush()
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    build = parser.parse_args().build.resolve()
    os.environ["CCACHE_DISABLE"] = "1"
    lines = commands(build)
    with tempfile.TemporaryDirectory(prefix="edgesim-bugs-") as name:
        right = [try_bug(bug, lines, build, pathlib.Path(name)) for bug in BUGS]
    print(f"{sum(right)} of {len(right)} named the right agent")
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()

"""Foreign programs and corpora that tests use. What is missing is a skip with a line that says so; under
EDGE_TEST_ALL=1 (./dev test --all) it is a failure, since there a quiet skip would hide a hole.
"""

import os
import pathlib
import shutil
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "build" / "peers"  # where ./dev deps unpacks Postfix's load tools without installing an MTA
SKIPPED = 77  # tests/clients/CMakeLists.txt tells CTest so


def missing(what):
    """Skips the test, or fails it when everything has to be there."""
    if os.environ.get("EDGE_TEST_ALL") == "1":
        raise AssertionError(f"{what} is missing, and EDGE_TEST_ALL=1 allows no skip (./dev deps installs the tools)")
    raise unittest.SkipTest(f"{what} is missing")


def find_tool(name):
    """The path of the program, or None. Debian keeps smtp-source in sbin, which not everybody's PATH has."""
    places = [os.environ.get("PATH", os.defpath), "/usr/sbin", str(PEERS / "usr/sbin")]
    return shutil.which(name, path=os.pathsep.join(places))


def tool(name):
    """The path of the program; without it the test is skipped."""
    return find_tool(name) or missing(f"the program {name}")


def tool_environment(path):
    """The environment in which an unpacked peer finds its own shared libraries."""
    environment = dict(os.environ)
    if str(path).startswith(str(PEERS)):
        environment["LD_LIBRARY_PATH"] = str(PEERS / "usr/lib/postfix")
    return environment


def corpus(name):
    """The folder of a corpus; without it the test is skipped."""
    corpora = pathlib.Path(os.environ.get("EDGE_CORPORA", ROOT.parent / "shared" / "corpora"))
    folder = corpora / name
    return folder if folder.is_dir() else missing(f"the corpus {folder}")


def sanitized():
    """Is the server built with a sanitizer? Its memory and speed then say nothing."""
    return os.environ.get("EDGE_SANITIZED") == "1"


def binary():
    """The edgesim under test: CTest names it; by hand the newest build is taken."""
    named = os.environ.get("EDGESIM_BINARY")
    if named:
        return named
    builds = sorted((ROOT / "build").glob("*/edgesim"), key=lambda path: path.stat().st_mtime)
    if not builds:
        sys.exit("no build/*/edgesim: run ./dev build, or set EDGESIM_BINARY")
    return str(builds[-1])


def main():
    """Runs the tests of the calling module; a run in which everything was skipped says so to CTest."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if result.wasSuccessful() and result.testsRun > 0 and len(result.skipped) >= result.testsRun:
        sys.exit(SKIPPED)
    sys.exit(not result.wasSuccessful())

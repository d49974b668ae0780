#!/usr/bin/env python3
"""A stranger's path: install edgesim, write a project with new-agent, build it, see it pass, break it, see it fail.

One test after the other in one project, because building it is what takes the time. By hand:
    EDGE_BUILD=build/release tests/package/package_test.py
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("EDGE_BUILD", "build/release")).resolve()
CMAKE = os.environ.get("EDGE_CMAKE", "cmake")
SECONDS = 240  # for any one program


def run(*command, cwd=None, check=True, **environment):
    """Runs a program; its output, or an exception with its output. `check=False`: the whole result."""
    names = {k: v for k, v in os.environ.items() if k != "EDGESIM_AGENT_PATH"}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env={**names, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, stdin=subprocess.DEVNULL)
    if not check:
        return done
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Stranger(unittest.TestCase):
    """The tests run in the order of their names."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="edge-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.prefix = cls.folder / "installed"
        cls.project = cls.folder / "no-foo-agent"
        cls.build = cls.project / "build"
        run(CMAKE, "--install", BUILD, "--prefix", cls.prefix, "--strip")
        cls.edgesim = cls.prefix / "bin" / "edgesim"

    def make(self):
        self.assertNotIn("warning:", run(CMAKE, "--build", self.build, "--parallel", "2"))

    def ctest(self):
        return run("ctest", "--test-dir", self.build, "--output-on-failure", check=False)

    def edit(self, path, old, new):
        text = (self.project / path).read_text()
        self.assertIn(old, text)
        (self.project / path).write_text(text.replace(old, new))

    def test_1_what_is_installed(self):
        include = self.prefix / "include" / "edgesim"
        self.assertTrue((include / "agent/edge/agent.h").is_file())
        self.assertFalse((include / "agent/edge/server").exists())  # an agent cannot include the server
        self.assertTrue((include / "testing/edge/testenv/testing.h").is_file())
        for name in ("writing-an-agent.md", "samples/greylist/greylist_agent.cpp", "LICENSE"):
            self.assertTrue((self.prefix / "share/doc/edgesim" / name).is_file(), name)
        self.assertNotIn(str(BUILD), "".join(path.read_text() for path in self.prefix.rglob("*.cmake")))

    def test_2_a_new_project_builds_and_passes(self):
        run(self.edgesim, "new-agent", "no-foo", cwd=self.folder)
        options = [f"-DCMAKE_PREFIX_PATH={self.prefix}"]
        for name, variable in (("EDGE_CXX", "CMAKE_CXX_COMPILER"), ("EDGE_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER"),
                               ("EDGE_BUILD_TYPE", "CMAKE_BUILD_TYPE")):
            if os.environ.get(name):
                options.append(f"-D{variable}={os.environ[name]}")
        said = run(CMAKE, "-S", self.project, "-B", self.build, *options)
        self.assertNotIn("Warning", said)
        self.make()
        done = self.ctest()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("no_foo_agent/scenarios/subject", done.stdout)
        self.assertIn("100% tests passed, 0 tests failed out of 2", done.stdout)

    def test_3_nothing_is_overwritten(self):
        before = (self.project / "README.md").read_text()
        done = run(self.edgesim, "new-agent", "no-foo", cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is there already", done.stdout)
        self.assertEqual((self.project / "README.md").read_text(), before)
        done = run(self.edgesim, "new-agent", "no foo", cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is no name", done.stdout)

    def test_4_a_broken_agent_is_found_by_scenario_and_doctest(self):
        self.edit("src/no_foo_agent.cpp", '{550, "5.7.1"', '{550, "5.7.2"')
        self.make()
        done = self.ctest()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("0% tests passed, 2 tests failed out of 2", done.stdout)
        self.assertIn("- expected: 550 5.7.1 No foo here", done.stdout)  # the scenario tells what and where
        self.assertIn("+ got:      550 5.7.2 No foo here", done.stdout)
        self.assertIn("subject.scenario:17:1", done.stdout)
        self.assertRegex(done.stdout, r"550 5.7.2 No foo here == 550 5\.7\.1")  # and so does the doctest
        self.edit("src/no_foo_agent.cpp", '{550, "5.7.2"', '{550, "5.7.1"')
        self.make()
        self.assertEqual(self.ctest().returncode, 0)

    def play(self, library):
        """The template's scenario with `library` in the place of the agent's own."""
        shutil.copy(library, self.folder / "libno_foo_agent.so")
        return run(self.edgesim, "test", self.project / "scenarios", check=False, EDGESIM_AGENT_PATH=str(self.folder))

    def test_5_an_agent_of_another_build_is_refused(self):
        library = self.build / "libno_foo_agent.so"
        self.assertEqual(self.play(library).returncode, 0)
        content = library.read_bytes()
        compiler = re.search(rb"\ncompiler=([^\n]+ )(\d+)\n", content)
        foreign = compiler[0].replace(compiler[2], b"7" * len(compiler[2]))
        other = self.folder / "other.so"
        other.write_bytes(content.replace(compiler[0], foreign))
        done = self.play(other)
        self.assertEqual(done.returncode, 1)
        here = (compiler[1] + compiler[2]).decode()
        self.assertIn(f"it was built for another edgesim (compiler {compiler[1].decode()}77, here {here})", done.stdout)

    def test_6_every_function_of_the_agent_api_is_there_for_agents(self):
        def symbols(*command):
            found = set()
            for line in run("nm", *command).splitlines():
                words = line.split()
                if len(words) == 3 and words[1] in "TDBR":
                    found.add(words[2].partition("@")[0])
            return found

        offered = symbols("-D", self.edgesim)
        tested = symbols("-D", next((self.prefix / "lib").rglob("libedgesim-testing.so")))
        for library in ("pipeline/libedge_base.a", "pipeline/libedge_pipeline.a", "server/libedge_asio_impl.a"):
            wanted = symbols(BUILD / library)
            self.assertGreater(len(wanted), 50, library)
            self.assertEqual(wanted - offered, set(), library)
            self.assertEqual(wanted - tested, set(), library)

    def test_7_an_agent_may_not_include_the_server(self):
        source = self.folder / "greedy.cpp"
        source.write_text("#include <edge/server/edge_server.h>\n")
        done = run(os.environ.get("EDGE_CXX", "g++"), "-std=c++20", "-fsyntax-only", "-DBOOST_ASIO_SEPARATE_COMPILATION",
                   "-I", self.prefix / "include/edgesim/agent", source, check=False)
        self.assertIn("edge/server/edge_server.h: No such file", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)

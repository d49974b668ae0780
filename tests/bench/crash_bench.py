#!/usr/bin/env python3
"""The crash proof: kill -9 of the real server at random moments under load, and simulated power cuts at random operations of
the disk, both with a consumer that takes files. Every acknowledged message must be there, once and unchanged; twice only
where power was lost and the consumer had taken it (docs/queue-and-replay.md). One JSON line for each crash, then the sums.

    ./dev bench --crash                    200 kills, 1,000 power cuts; some five minutes
    ./dev bench --crash --kills 20 --cuts 0 --seed 7
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "clients"), str(HERE)]

import tools
from kill_series import KillSeries

KILLS, CUTS, SEED = 200, 1000, 20081
PER_SERIES = 10  # restarts on one data directory


def kill_many(wanted, seed, sums):
    """So many kills at least, in series; returns whether the promise held."""
    holds, number = True, 0
    while sums["kills"] < wanted:
        number += 1
        with KillSeries(f"{seed}/{number}") as series:
            for _ in range(PER_SERIES):
                result = series.kill()
                print(result.line(), flush=True)
                holds = holds and result.holds()
                for name in ("kills", "acknowledged", "under_way", "published_under_way", "stray_files"):
                    sums[name] += getattr(result, name)
                sums["restarts"] += 1
                if sums["kills"] >= wanted:
                    break
            # A message once lost, torn or doubled stays so: the last restart knows them all.
            for name in ("lost", "torn", "doubled"):
                sums[name] += getattr(result, name)
            repeated = series.repeats_after_clean_restart()
            sums["doubled"] += repeated
            holds = holds and not repeated
    return holds


def cut_many(wanted, seed, sums):
    """So many runs that lose power; returns whether the promise held."""
    program = pathlib.Path(tools.binary()).with_name("power_cuts")
    with subprocess.Popen([program, str(wanted), str(seed)], stdout=subprocess.PIPE, encoding="utf-8") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            result = json.loads(line)
            sums["runs"] += 1
            sums["consumer first"] += result["consumer_first"]
            for name in ("cuts", "acknowledged", "published", "lost", "torn", "doubled", "doubled_taken", "stray_files"):
                sums[name] += result[name]
    return process.returncode == 0 and sums["runs"] == wanted


def table(seed, kills, cuts):
    """The sums for people."""
    rows = [("", "kill -9 of the process", "simulated power cuts"),
            ("crashes", kills["kills"], cuts["cuts"]),
            ("recoveries compared", kills["restarts"], cuts["runs"]),
            ("of these with the consumer before the server", "–", cuts["consumer first"]),
            ("messages acknowledged", kills["acknowledged"], cuts["acknowledged"]),
            ("acknowledged and lost", kills["lost"], cuts["lost"]),
            ("torn or changed", kills["torn"], cuts["torn"]),
            (".tmp or files in a wrong place", kills["stray_files"], cuts["stray_files"]),
            ("doubled against the guarantee", kills["doubled"], cuts["doubled"]),
            ("doubled, a consumer had taken it before (allowed)", "–", cuts["doubled_taken"])]
    lines = [f"seed {seed}"]
    for name, *values in rows:
        cells = [f"{value:,}" if isinstance(value, int) else value for value in values]
        lines.append(f"{name:50} {cells[0]:>24} {cells[1]:>22}")
    return "\n".join(lines)


def main():
    """Crashes, counts and judges."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--cuts", type=int, default=CUTS, help="runs that lose power at least once")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    begin = time.monotonic()
    kills, cuts = collections.Counter(), collections.Counter()
    holds = cut_many(given.cuts, given.seed, cuts) if given.cuts else True
    holds = (kill_many(given.kills, given.seed, kills) if given.kills else True) and holds
    print(json.dumps({"crash": "sum", "seed": given.seed, "seconds": round(time.monotonic() - begin), "holds": holds,
                      "kill": kills, "power cut": cuts}))
    print(table(given.seed, kills, cuts), file=sys.stderr)
    print("the promise held" if holds else "THE PROMISE DID NOT HOLD", file=sys.stderr)
    sys.exit(not holds)


if __name__ == "__main__":
    main()

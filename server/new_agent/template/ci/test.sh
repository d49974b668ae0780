#!/usr/bin/env bash
# Builds and tests: for any CI system, and for your own machine. Needs g++, CMake 3.25, doctest, and edgesim installed;
# where it is not in /usr, say CMAKE_PREFIX_PATH=/where/it/is ci/test.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake -S . -B build
cmake --build build --parallel
ctest --test-dir build --output-on-failure

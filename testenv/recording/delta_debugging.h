// Delta debugging: of many things, a few that still show what all of them showed. Larger pieces are left out
// first, then smaller ones, until no single thing can go; the order is fixed, so the same question gets the
// same answer (A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input").
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace edge::testenv {

// Whether things number `kept`, in ascending order, still show it.
using Holds = std::function<bool(const std::vector<std::size_t>& kept)>;

// Begins with things 0 to count-1, of which `holds` is taken to be true. The result lacks nothing that could
// go by itself.
std::vector<std::size_t> fewestThatHold(std::size_t count, const Holds& holds);

} // namespace edge::testenv

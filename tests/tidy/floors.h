// The floors of the design (section 2) as a table of paths: who may include whom.
#pragma once

#include <string>
#include <string_view>

namespace edge::tidy {

struct Floor {
    int level;             // -1: on no floor
    std::string_view name; // siblings of one level have different names
};

// The floor of a source file, by its path from the root.
Floor floorOf(std::string_view path);
// The path from the root of what `#include <edge/...>` names; empty for anything else.
std::string includedPath(std::string_view include);
// May a file on `from` include one on `to`? Lower floors and its own; siblings never see each other.
bool mayInclude(const Floor& from, const Floor& to);

} // namespace edge::tidy

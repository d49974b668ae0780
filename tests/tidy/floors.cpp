#include <edge/tests/tidy/floors.h>

namespace edge::tidy {
namespace {

struct Row {
    std::string_view prefix; // of the path from the root
    Floor floor;
};

// The first row that fits counts.
constexpr Row kFloors[] = {
    {"pipeline/base/", {0, "values"}},
    {"pipeline/mail/", {0, "values"}},
    {"pipeline/", {1, "pipeline"}},
    {"agents/", {2, "agents"}},
    {"server/smtp/", {2, "receive machine"}},
    {"server/main.cpp", {5, "program"}},
    {"server/program/", {5, "program"}},
    {"server/new_agent/template/tests/", {5, "program"}}, // a test of somebody else
    {"server/", {3, "server"}},
    {"testenv/", {4, "testenv"}},
    {"tests/", {5, "program"}},
};

struct Root {
    std::string_view include;
    std::string_view path;
};

// Include roots (edge_view in the CMakeLists), the longest first.
constexpr Root kRoots[] = {
    {"edge/agents/", "agents/"}, {"edge/server/", "server/"}, {"edge/testenv/", "testenv/"},
    {"edge/tests/", "tests/"},   {"edge/", "pipeline/"},
};

} // namespace

Floor floorOf(std::string_view path) {
    for (const auto& row : kFloors) {
        if (path.starts_with(row.prefix))
            return row.floor;
    }
    return {-1, "no floor"};
}

std::string includedPath(std::string_view include) {
    for (const auto& root : kRoots) {
        if (include.starts_with(root.include))
            return std::string(root.path) + std::string(include.substr(root.include.size()));
    }
    return {};
}

bool mayInclude(const Floor& from, const Floor& to) {
    if (from.level < 0 || to.level < 0)
        return true;
    return to.level < from.level || (to.level == from.level && to.name == from.name);
}

} // namespace edge::tidy

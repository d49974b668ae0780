#include <edge/testenv/scenario/scenario.h>

#include <array>

namespace edge::testenv {

std::string ScenarioPlace::toString() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string_view toString(EvidenceLevel level) {
    constexpr std::array<std::string_view, 4> kWords{"documented", "observed", "inferred", "ours"};
    return kWords[static_cast<std::size_t>(level)];
}

} // namespace edge::testenv

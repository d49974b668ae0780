#include <edge/testenv/scenario/scenario.h>

#include <array>

namespace edge::testenv {

std::string ScenarioPlace::toString() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Condition::toString() const {
    constexpr std::array<std::string_view, 4> kKinds{"agent", "cmdlet", "file", "TLS"};
    const std::string kindWord(kKinds[static_cast<std::size_t>(kind)]);
    return what.empty() ? kindWord : kindWord + " " + what;
}

} // namespace edge::testenv

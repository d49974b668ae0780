#include <edge/testenv/scenario/scenario.h>

namespace edge::testenv {

std::string ScenarioPlace::toString() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

} // namespace edge::testenv

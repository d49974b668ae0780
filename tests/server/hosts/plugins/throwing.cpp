// A factory that cannot be made.
#include <edge/agent.h>

#include <stdexcept>

namespace {

class ThrowingFactory final : public edge::AgentFactory {
public:
    ThrowingFactory() { throw std::runtime_error("the word list is missing"); }
    edge::EventSet events() const override { return {}; }
};

} // namespace

EDGE_AGENT_PLUGIN(ThrowingFactory)

// Any octets as a message through the Attachment Filtering Agent with its default list: it decides without a
// fault, and what Strip lets through holds nothing that Reject would refuse.
#include <edge/agents/attachment_filter/attachment_filter_config.h>
#include <edge/base/assert.h>
#include <edge/server/archives/archive_names.h>
#include <edge/tests/agents/agent_bench.h>
#include <edge/tests/pipeline/mime_bench.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace {

using namespace edge;

constexpr const char* kAgent = "Attachment Filtering Agent";

// Archives are read as the server does it, within limits that end a bomb at once.
ArchiveListing readSmallArchive(std::string_view bytes, ArchiveLimits limits) {
    limits.maxEntries = 100;
    limits.maxUnpackedSize = 4 << 20;
    return archiveNames(bytes, limits);
}

Action decide(bench::AgentBench& bench, MailItem& item) {
    bench.mailItem = std::move(item);
    bench.endOfData();
    item = std::move(bench.mailItem);
    const auto& all = bench.decisions.all;
    const auto last = std::find_if(all.rbegin(), all.rend(),
                                   [](const Decision& decision) { return decision.agent == kAgent; });
    EDGE_ASSERT(last != all.rend(), "the agent leaves a decision");
    EDGE_ASSERT(last->action != Action::Fault, "the agent has no fault");
    return last->action;
}

std::unique_ptr<bench::AgentBench> benchWith(const char* action) {
    auto bench = std::make_unique<bench::AgentBench>();
    bench->server.archives.read = readSmallArchive;
    EDGE_ASSERT(bench->set(attachmentFilterListConfigSchema(), "Action", action).has_value(), "an action");
    return bench;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto item = bench::mimeItem({reinterpret_cast<const char*>(data), size});
    const auto strip = benchWith("Strip");
    if (decide(*strip, *item) == Action::RejectMessage)
        return 0; // over a limit
    const auto reject = benchWith("Reject");
    EDGE_ASSERT(decide(*reject, *item) != Action::RejectMessage, "what Strip lets through is harmless");
    return 0;
}

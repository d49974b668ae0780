// Whatever stands in a scenario file, it is parsed or refused with a place inside it, and never played:
// reading a file of somebody else's must be safe.
#include <edge/base/assert.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edge::testenv;
    boost::asio::io_context loop;
    ManualClock clock(loop);
    SeededRandom random(1);
    FaultyFileSystem files(clock, random);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = parseScenarios(files, "fuzz.scenario", text);
    for (const auto& error : parsed.errors) {
        EDGE_ASSERT(error.place.line >= 1 && error.place.column >= 1, "an error has its place");
        EDGE_ASSERT(!error.message.empty(), "an error says what was expected");
    }
    return 0;
}

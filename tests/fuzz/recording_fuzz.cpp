// Whatever stands in a recording, it is read or refused with a line, and what was read can be cut into a
// dialogue: a recording may come from somebody else. Nothing is played.
#include <edge/base/assert.h>
#include <edge/testenv/recording/comparison.h>
#include <edge/testenv/recording/recording.h>
#include <edge/testenv/recording/scenario_writer.h>
#include <edge/testenv/recording/session_parts.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edge::testenv;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto recording = parseRecording(text, "fuzz.edgerec");
    if (!recording) {
        EDGE_ASSERT(recording.error().message.starts_with("fuzz.edgerec:"), "an error has its line");
        return 0;
    }
    const auto [given, outcome] = dialogueOf(*recording);
    EDGE_ASSERT(given.said.size() == outcome.replies.size(), "each word has a place for its reply");
    EDGE_ASSERT(outcomeDifference(given, outcome, outcome).empty(), "a session does not differ from itself");
    std::size_t heard = 0;
    const bool whole = given.leaving != Leaving::Unknown;
    for (const auto& event : recording->events)
        if (const auto* packet = std::get_if<RecordedPacket>(&event.what))
            heard += packet->fromClient ? packet->bytes.size() : 0;
    for (const auto& said : given.said)
        heard -= said.bytes().size();
    EDGE_ASSERT(!whole || heard == 0, "nothing the client said is lost");
    static_cast<void>(scenarioText(withoutSmallPauses(given), outcome, "Fuzz."));
    for (std::size_t number = 0; number < cutCount(given); ++number)
        static_cast<void>(cutOf(given, number).keep({}));
    return 0;
}

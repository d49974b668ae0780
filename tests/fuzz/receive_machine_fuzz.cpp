// Any octets, in any cut, under any connector: the machine must give the same events, answer each question
// once, hand out no more content than allowed and come to an end.
#include <edge/base/assert.h>

#include "conversation.h"

#include <string>

namespace {

using namespace edge::smtp;

MachineOptions optionsFrom(std::uint8_t bits) {
    MachineOptions options;
    options.maxMessageSize = bits & 1 ? 64 : kAnySize;
    options.maxRecipientsPerMessage = bits & 2 ? 1 : 200;
    if (bits & 4)
        options.maxProtocolErrors = std::nullopt;
    options.requireEhloDomain = bits & 8;
    options.longAddressesEnabled = bits & 16;
    options.smtpUtf8Enabled = bits & 32;
    options.bareLinefeedRejectionEnabled = bits & 64;
    options.deliveryStatusNotificationEnabled = !(bits & 128);
    return options;
}

// Refuses some of what could be accepted, by the question's own text, so that any cut gets the same answers.
edge::SmtpResponse moodyAnswer(const Event& event, std::uint8_t mood) {
    const auto yes = acceptingAnswer(event);
    if (yes.isRefusal() || std::holds_alternative<Connected>(event))
        return yes;
    const auto hash = std::hash<std::string>{}(describe(event)) + mood;
    return mood != 0 && hash % 7 == 0 ? edge::SmtpResponse{550, "5.7.1", "No"} : yes;
}

void checkContent(const MachineOptions& options, const Record& record) {
    for (const auto& event : record.events)
        if (event.starts_with("EndOfData "))
            EDGE_ASSERT(std::stoull(event.substr(10)) <= options.maxMessageSize,
                        "an oversized message is refused");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kKnobs = 3;
    if (size < kKnobs)
        return 0;
    Setup setup;
    setup.options = optionsFrom(data[0]);
    const auto mood = data[1];
    setup.answer = [mood](const Event& event) { return moodyAnswer(event, mood); };
    setup.endOfInput = true;
    const std::string_view input(reinterpret_cast<const char*>(data) + kKnobs, size - kKnobs);
    const auto whole = converse(input, {}, setup);
    checkContent(setup.options, whole);
    EDGE_ASSERT(whole.over, "a session ends with its input");
    EDGE_ASSERT(converse(input, randomPieces(input.size(), data[2]), setup) == whole, "cuts change nothing");
    EDGE_ASSERT(converse(input, std::vector<std::size_t>(input.size(), 1), setup) == whole,
                "octets change nothing");
    return 0;
}

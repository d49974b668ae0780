// Any content in any cut: what the reader hands out and where it ends must be what the plain definition says.
#include <edge/base/assert.h>
#include <edge/server/smtp/data_reader.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace {

using edge::smtp::DataReader;

struct Outcome {
    std::string content;
    bool ended = false;
    std::size_t consumed = 0;
    edge::smtp::LineEndFlaws flaws;
    bool operator==(const Outcome&) const = default;
};

// Reads in pieces of 1 to `longest` octets.
Outcome read(std::string_view input, std::size_t longest) {
    DataReader reader;
    Outcome outcome;
    for (std::size_t piece = 1; !input.empty() && !outcome.ended; piece = piece % longest + 1) {
        auto part = input.substr(0, piece);
        while (!part.empty() && !outcome.ended) {
            const auto step = reader.read(part);
            EDGE_ASSERT(step.consumed > 0 || !step.content.empty(), "each step gets on");
            outcome.content += step.content;
            outcome.ended = step.endOfMessage;
            outcome.consumed += step.consumed;
            part.remove_prefix(step.consumed);
            input.remove_prefix(step.consumed);
        }
    }
    outcome.flaws = reader.flaws();
    return outcome;
}

// The content by definition: the line behind DATA is a line end; CRLF.CRLF ends; one dot at a line start
// goes.
std::string define(std::string_view input, bool& ended) {
    std::string text = "\r\n" + std::string(input);
    const auto end = text.find("\r\n.\r\n");
    ended = end != std::string::npos;
    if (ended)
        text.resize(end + 2);
    else if (text.ends_with("\r\n.\r"))
        text.pop_back();
    for (auto dot = text.find("\r\n."); dot != std::string::npos; dot = text.find("\r\n.", dot + 2))
        text.erase(dot + 2, 1);
    return text.substr(2);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kLongestInput = 64 * 1024; // the definition is quadratic in dots
    const std::string_view input(reinterpret_cast<const char*>(data), std::min(size, kLongestInput));
    const auto whole = read(input, input.size() + 1);
    bool ended = false;
    EDGE_ASSERT(whole.content == define(input, ended), "content is as defined");
    EDGE_ASSERT(whole.ended == ended, "only CRLF.CRLF ends DATA");
    for (const std::size_t longest : {1, 2, 3, 7})
        EDGE_ASSERT(read(input, longest) == whole, "cuts change nothing");
    return 0;
}

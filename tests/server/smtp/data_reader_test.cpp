// What ends a message and what its content is, checked against a definition that is too simple to be wrong:
// put the CRLF of the DATA line in front, look for CRLF.CRLF, take the first dot of each line away.
#include <edge/server/smtp/data_reader.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace edge::smtp {
namespace {

struct Outcome {
    std::string content;
    bool ended = false;
    std::size_t behind = 0; // octets after the end of the message
    LineEndFlaws flaws;
    bool operator==(const Outcome&) const = default;
};

Outcome readInPieces(const std::vector<std::string_view>& pieces) {
    DataReader reader;
    Outcome outcome;
    for (auto piece : pieces) {
        while (!piece.empty() && !outcome.ended) {
            const auto step = reader.read(piece);
            outcome.content += step.content;
            outcome.ended = step.endOfMessage;
            piece.remove_prefix(step.consumed);
        }
        outcome.behind += piece.size();
    }
    outcome.flaws = reader.flaws();
    return outcome;
}

Outcome readWhole(std::string_view input) {
    return readInPieces({input});
}

// The definition.
Outcome define(const std::string& input) {
    std::string text = "\r\n" + input;
    Outcome outcome;
    const auto end = text.find("\r\n.\r\n");
    outcome.ended = end != std::string::npos;
    if (outcome.ended) {
        outcome.behind = text.size() - end - 5;
        text.resize(end + 2);
    } else if (text.ends_with("\r\n.\r")) {
        text.pop_back(); // may yet be the end: held back
    }
    for (auto dot = text.find("\r\n."); dot != std::string::npos; dot = text.find("\r\n.", dot + 2))
        text.erase(dot + 2, 1);
    outcome.content = text.substr(2);
    return outcome;
}

std::vector<std::string_view> octets(std::string_view input) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < input.size(); ++i)
        pieces.push_back(input.substr(i, 1));
    return pieces;
}

TEST_CASE("Every text of CR, LF, dot and letter is read as defined, in every cut") {
    constexpr std::string_view kAlphabet = "\r\n.a";
    constexpr std::size_t kLongest = 7;
    std::size_t texts = 0;
    for (std::size_t length = 0; length <= kLongest; ++length) {
        for (std::size_t number = 0; number < (std::size_t{1} << (2 * length)); ++number) {
            std::string text;
            for (std::size_t i = 0; i < length; ++i)
                text += kAlphabet[(number >> (2 * i)) & 3];
            const auto whole = readWhole(text);
            auto defined = define(text);
            defined.flaws = whole.flaws;
            bool agrees = whole == defined && readInPieces(octets(text)) == whole;
            for (std::size_t cut = 1; cut < length && agrees; ++cut)
                agrees = readInPieces({std::string_view(text).substr(0, cut),
                                       std::string_view(text).substr(cut)}) == whole;
            if (!agrees) // a CHECK for each would take most of the time
                FAIL_CHECK("text number " << number << " of length " << length);
            ++texts;
        }
    }
    CHECK(texts == 21845);
}

TEST_CASE("A message may be empty: the line behind DATA is its first line start") {
    const auto outcome = readWhole(".\r\nQUIT\r\n");
    CHECK(outcome.ended);
    CHECK(outcome.content.empty());
    CHECK(outcome.behind == 6);
}

TEST_CASE("Stuffed dots are taken away once, at line starts only") {
    CHECK(readWhole("..a\r\na..b\r\n...\r\n.\r\n").content == ".a\r\na..b\r\n..\r\n");
    CHECK(readWhole(".hidden\r\n.\r\n").content == "hidden\r\n");
    CHECK(readWhole("a\n.b\r\n.\r\n").content == "a\n.b\r\n"); // a bare LF starts no line
}

TEST_CASE("Content is handed out as views into the input, not as copies") {
    const std::string input = "a line\r\nand another\r\n..stuffed\r\nend\r\n.\r\n";
    DataReader reader;
    const auto first = reader.read(input);
    CHECK(first.content == "a line\r\nand another\r\n");
    CHECK(static_cast<const void*>(first.content.data()) == input.data());
    const auto second = reader.read(std::string_view(input).substr(first.consumed));
    CHECK(second.content == ".stuffed\r\nend\r\n");
    CHECK(static_cast<const void*>(second.content.data()) == input.data() + first.consumed + 1);
}

TEST_CASE("Bare CR, bare LF and NUL are noticed, however the input is cut") {
    using namespace std::string_literals;
    const struct {
        std::string text;
        LineEndFlaws flaws;
    } rows[] = {
        {"clean\r\nlines\r\n.\r\n", {}},
        {"a\nb\r\n.\r\n", {false, true, false}},
        {"\n.\r\n\r\n.\r\n", {false, true, false}},
        {"a\rb\r\n.\r\n", {true, false, false}},
        {"a\r\r\n.\r\n", {true, false, false}},
        {".\ra\r\n.\r\n", {true, false, false}},
        {".\r\r\n.\r\n", {true, false, false}},
        {".\n\r\n.\r\n", {false, true, false}},
        {"a\0b\r\n.\r\n"s, {false, false, true}},
        {"\0"s + "a\rb\nc\r\n.\r\n", {true, true, true}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(readWhole(row.text).flaws == row.flaws);
        CHECK(readInPieces(octets(row.text)).flaws == row.flaws);
        CHECK(readWhole(row.text).ended);
    }
}

TEST_CASE("The policy decides which flaws refuse a message") {
    const LineEndFlaws none;
    const LineEndFlaws linefeed{false, true, false};
    const LineEndFlaws carriageReturn{true, false, false};
    const LineEndFlaws nul{false, false, true};
    for (const auto& flaws : {none, linefeed, carriageReturn, nul}) {
        CHECK(isAcceptable(flaws, LineEndPolicy::Tolerate));
        CHECK(isAcceptable(flaws, LineEndPolicy::RejectBareLinefeeds) == !flaws.bareLinefeed);
        CHECK(isAcceptable(flaws, LineEndPolicy::Strict) == (flaws == none));
    }
}

} // namespace
} // namespace edge::smtp

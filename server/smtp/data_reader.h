// The data reader alone decides what ends a message: CRLF.CRLF and nothing that merely looks like it, however
// the input was cut into pieces (SMTP smuggling, peers.md C.7). It takes stuffed dots away and hands out
// views into the caller's buffer, so content is never copied here.
#pragma once

#include <cstddef>
#include <string_view>

namespace edge::smtp {

// What a message's lines had that RFC 5321 2.3.8 forbids.
struct LineEndFlaws {
    bool bareCarriageReturn = false;
    bool bareLinefeed = false;
    bool nul = false;
    bool operator==(const LineEndFlaws&) const = default;
};

// What becomes of a message with such flaws. None of these changes where a message ends.
enum class LineEndPolicy {
    Tolerate,            // kept octet for octet, as Exchange does by default
    RejectBareLinefeeds, // BareLinefeedRejectionEnabled
    Strict,              // any flaw refuses the message
};

// Whether a message with these flaws is taken.
bool isAcceptable(const LineEndFlaws& flaws, LineEndPolicy policy);

class DataReader {
public:
    struct Step {
        std::string_view content;  // the next piece of the message, dots unstuffed; may be empty
        std::size_t consumed = 0;  // octets of `input` that are done with
        bool endOfMessage = false; // the line with the single dot was consumed
    };

    // Works off a part of `input`, which begins where the last call's `consumed` ended. To be called until
    // all is consumed or the message ended. The view points into `input` (or to a constant CR).
    Step read(std::string_view input);
    // What was noticed so far.
    const LineEndFlaws& flaws() const { return flaws_; }

private:
    // Where the next octet stands. The line behind DATA counts as a line end, so a message may be a single
    // dot (RFC 5321 4.1.1.4).
    enum class Place {
        LineStart,
        InLine,
        AfterCr, // a CR that was handed out; LF makes it a line end
        Dot,     // a dot at line start, held back
        DotCr,   // dot and CR at line start, both held back
    };

    std::size_t passLine(std::string_view input, std::size_t from);
    void noticeFlaws(std::string_view line);

    Place place_ = Place::LineStart;
    LineEndFlaws flaws_;
};

} // namespace edge::smtp

// MimeField: Content-Type or Content-Disposition, taken apart. Mail readers disagree about malformed
// parameters, and a forbidden file name needs only one reader that shows it; so a parameter has not one value
// but every value that a reader could take for it (docs/decisions/0811).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edge {

class MimeField {
public:
    // Takes the raw value, folding and all; anything is accepted.
    static MimeField parse(std::string_view raw);

    // Before the parameters, in lower case without blanks and comments: "text/plain", "attachment".
    const std::string& value() const { return value_; }
    // Every reading of a parameter, in UTF-8, likeliest first, each once: RFC 2231 continued and encoded,
    // RFC 2047 within the value, repeated, badly quoted. `name` in lower case.
    std::vector<std::string> readings(std::string_view name) const;
    // It has more parameters than are looked at: malformed, since any could stand behind them.
    bool hasTooManyParameters() const { return tooManyParameters_; }
    static constexpr std::size_t kMaxParameters = 200; // mail programs write five

    // The likeliest reading; empty where there is none.
    std::string first(std::string_view name) const;

private:
    struct Parameter {
        std::string name;                // lower case, with the asterisks of RFC 2231
        std::vector<std::string> values; // as it stands there: the ways to see where it ends
    };

    void parseParameters(std::string_view text);
    void addReadingsWithoutFolds(std::string_view raw);
    std::size_t parseQuoted(std::string_view text, std::vector<std::string>& values);
    std::size_t parseToken(std::string_view text, std::vector<std::string>& values);

    std::string value_;
    std::vector<Parameter> parameters_;
    bool tooManyParameters_ = false;
};

} // namespace edge

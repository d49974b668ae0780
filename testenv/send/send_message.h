// The message that `edgesim send` sends: a file, or a made-up one, with header fields and body replaced as
// the command line says.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/random.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// A short test message with Date, From, To, Subject and Message-ID.
std::string testMessage(const Clock& clock, Random& random, const std::string& from,
                        const std::vector<std::string>& to);

// `text` with CRLF lines. Each of `headers` ("Subject: x") takes the place of the fields of its name; `body`
// that of everything behind the blank line, "\n" in it beginning a new line.
std::string editedMessage(std::string_view text, const std::vector<std::string>& headers,
                          const std::optional<std::string>& body);

// Whether that is a header field: a name, a colon, one line.
bool isHeaderField(std::string_view text);

} // namespace edge::testenv

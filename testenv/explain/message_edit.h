// Small changes of a message as it is sent, each leaving the rest octet for octet: what a sender could have
// done otherwise.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// One field of the message's header.
struct MessageField {
    std::string name;
    std::string raw; // with its last CRLF
};
std::vector<MessageField> fieldsOf(std::string_view message);
// Without its n-th field.
std::string withoutField(std::string_view message, std::size_t index);
// Without the words, wherever they stand and in any case; none where they stand nowhere as they are.
std::optional<std::string> withoutWords(std::string_view message, std::string_view words);
// With a short text in the place of the MIME part; none where the message has no such part.
std::optional<std::string> withoutPart(std::string_view message, std::size_t index);
// Parts that a file could be in, with their names: "invoice.exe", or the content type.
struct MessagePart {
    std::size_t index = 0;
    std::string name;
};
std::vector<MessagePart> attachmentsOf(std::string_view message);

} // namespace edge::testenv

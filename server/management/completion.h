// What Tab asks the server and what it hears: the words that could stand where the cursor is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace edge {

struct CompletionRequest {
    std::string line;
    std::size_t cursor = 0; // octets before the cursor
};

struct CompletionReply {
    std::size_t start = 0; // where in the line the word begins that a candidate replaces, up to the cursor
    std::vector<std::string> candidates;
};

} // namespace edge

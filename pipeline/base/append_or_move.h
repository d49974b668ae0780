// Appending without a copy where there is nothing to append to: most replies go out alone.
#pragma once

#include <string>
#include <utility>

namespace edge {

inline void appendOrMove(std::string& text, std::string&& piece) {
    if (text.empty())
        text = std::move(piece);
    else
        text += piece;
}

} // namespace edge

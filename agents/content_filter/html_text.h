// The words of an HTML part: tags, scripts, styles and comments gone, entities resolved. What a tag only
// decorates stays one word ("vi<b>ag</b>ra"), what starts a new line parts words. A tokenizer and no parser: a
// filter needs no tree, and must need no more than linear time for whatever strangers send.
#pragma once

#include <string>
#include <string_view>

namespace edge {

// `html` is UTF-8, whatever its meta tags say.
std::string htmlText(std::string_view html);

} // namespace edge

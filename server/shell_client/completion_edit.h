// What Tab does to a line: pure, so that the editor's part is small. As in other shells the word grows as far
// as the candidates agree, and when it cannot grow they are shown.
#pragma once

#include <edge/server/management/completion.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

struct CompletionEdit {
    std::size_t erase = 0;            // characters before the cursor to take away
    std::string insert;               // what to put there
    std::vector<std::string> choices; // to be shown instead, where there is nothing to insert
};

// The edit that `reply` means for the request. A reply that does not fit the line means none.
CompletionEdit completionEdit(const CompletionRequest& request, const CompletionReply& reply);
// `words` in as many columns as fit into `width`, read downwards, each line ended; a long list is cut and
// says so.
std::string inColumns(const std::vector<std::string>& words, std::size_t width);

} // namespace edge

// EnumWords: the words of an enumeration as cmdlets and logs write them, beside the enumeration itself.
#pragma once

#include <string_view>
#include <utility>

namespace edge {

// A word of an enumeration.
template <class E>
using EnumWord = std::pair<E, std::string_view>;

// Specialize with `static constexpr EnumWord<E> words[] = {{E::Reject, "Reject"}, …};`.
template <class E>
struct EnumWords;

// The word of an enumerator.
template <class E>
std::string_view wordOf(E value) {
    for (const auto& [enumerator, word] : EnumWords<E>::words)
        if (enumerator == value)
            return word;
    return "?";
}

} // namespace edge

// PhraseMatcher: all phrases of a configuration in one automaton (Aho and Corasick, 1975), so that a text is
// gone through once however many phrases there are. Made once a configuration and shared by its sessions;
// unchangeable, hence free for all threads.
#pragma once

#include <edge/agents/content_filter/content_filter_config.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The first phrase of each influence in a text, as the administrator wrote it.
struct PhraseMatches {
    std::optional<std::string> good;
    std::optional<std::string> bad;
};

class PhraseMatcher {
public:
    using Phrases = std::vector<std::shared_ptr<const ContentFilterPhrase>>;

    explicit PhraseMatcher(const Phrases& phrases);

    bool empty() const { return phrases_.empty(); }
    // Searches a text in comparable form (comparable_text.h). Ends at the first good phrase, which decides.
    PhraseMatches search(std::string_view comparableText) const;

private:
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    struct Phrase {
        std::string text; // as written
        PhraseInfluence influence;
        std::size_t length; // of the comparable form
        std::uint32_t next; // another phrase that ends in the same node
    };
    // A state: the text so far ends with this beginning of a phrase.
    struct Node {
        std::vector<std::pair<unsigned char, std::uint32_t>> children; // few, but for the root's
        std::uint32_t fallback = 0;    // the longest proper ending that is a node
        std::uint32_t phrase = kNone;  // first phrase that ends here
        std::uint32_t shorter = kNone; // the nearest node down the fallbacks where a phrase ends
    };

    void add(const ContentFilterPhrase& phrase);
    void link();
    std::uint32_t child(std::uint32_t node, unsigned char octet) const;
    std::uint32_t step(std::uint32_t node, unsigned char octet) const;
    void note(PhraseMatches& matches, std::uint32_t node, std::string_view text, std::size_t end) const;

    std::vector<Phrase> phrases_;
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> first_; // the root's children by octet: most steps of a search start here
};

} // namespace edge

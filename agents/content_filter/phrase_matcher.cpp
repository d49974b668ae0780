#include <edge/agents/content_filter/comparable_text.h>
#include <edge/agents/content_filter/phrase_matcher.h>

namespace edge {

PhraseMatcher::PhraseMatcher(const Phrases& phrases)
    : nodes_(1)
    , first_(256, 0) {
    for (const auto& phrase : phrases)
        add(*phrase);
    link();
}

void PhraseMatcher::add(const ContentFilterPhrase& phrase) {
    const auto text = comparable(phrase.phrase);
    if (text.empty())
        return; // nothing but invisible characters
    std::uint32_t node = 0;
    for (const unsigned char octet : text) {
        auto next = child(node, octet);
        if (next == kNone) {
            next = static_cast<std::uint32_t>(nodes_.size());
            nodes_[node].children.emplace_back(octet, next);
            nodes_.emplace_back();
        }
        node = next;
    }
    phrases_.push_back({phrase.phrase, phrase.influence, text.size(), nodes_[node].phrase});
    nodes_[node].phrase = static_cast<std::uint32_t>(phrases_.size() - 1);
}

// Nodes by depth: the fallback of a node is known before those of its children are asked for.
void PhraseMatcher::link() {
    std::vector<std::uint32_t> queue;
    for (const auto& [octet, node] : nodes_[0].children) {
        first_[octet] = node;
        queue.push_back(node);
    }
    for (std::size_t i = 0; i < queue.size(); ++i) {
        const auto node = queue[i];
        const auto fallback = nodes_[node].fallback;
        nodes_[node].shorter = nodes_[fallback].phrase != kNone ? fallback : nodes_[fallback].shorter;
        for (const auto& [octet, next] : nodes_[node].children) {
            nodes_[next].fallback = step(fallback, octet);
            queue.push_back(next);
        }
    }
}

std::uint32_t PhraseMatcher::child(std::uint32_t node, unsigned char octet) const {
    for (const auto& [key, next] : nodes_[node].children)
        if (key == octet)
            return next;
    return kNone;
}

std::uint32_t PhraseMatcher::step(std::uint32_t node, unsigned char octet) const {
    while (node != 0) {
        if (const auto next = child(node, octet); next != kNone)
            return next;
        node = nodes_[node].fallback;
    }
    return first_[octet];
}

// The phrases that end before `end`, if they are whole there.
void PhraseMatcher::note(PhraseMatches& matches, std::uint32_t node, std::string_view text,
                         std::size_t end) const {
    if (nodes_[node].phrase == kNone)
        node = nodes_[node].shorter;
    for (; node != kNone; node = nodes_[node].shorter)
        for (auto index = nodes_[node].phrase; index != kNone; index = phrases_[index].next) {
            const auto& phrase = phrases_[index];
            auto& match = phrase.influence == PhraseInfluence::GoodWord ? matches.good : matches.bad;
            if (!match && isWordEdge(text, end) && isWordEdge(text, end - phrase.length))
                match = phrase.text;
        }
}

PhraseMatches PhraseMatcher::search(std::string_view text) const {
    PhraseMatches matches;
    if (empty())
        return matches;
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < text.size() && !matches.good; ++i) {
        if (node == 0) { // most octets begin no phrase
            while (i < text.size() && first_[static_cast<unsigned char>(text[i])] == 0)
                ++i;
            if (i == text.size())
                break;
        }
        node = step(node, static_cast<unsigned char>(text[i]));
        if (nodes_[node].phrase != kNone || nodes_[node].shorter != kNone)
            note(matches, node, text, i + 1);
    }
    return matches;
}

} // namespace edge

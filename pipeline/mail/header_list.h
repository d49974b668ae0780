// HeaderList: the header of a message, in order, octet for octet as received until somebody edits it. A line
// that is no field stays where it was, nameless, so that an untouched message leaves as it came.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// One field with its folding, raw to the last CRLF.
class Header {
public:
    // `raw` ends with CRLF.
    explicit Header(std::string raw);

    std::string_view name() const { return std::string_view(raw_).substr(0, nameLength_); }
    // Behind the colon, folding and all, without the last CRLF.
    std::string_view rawValue() const;
    // Unfolded, trimmed, RFC 2047 decoded to UTF-8: what a filter compares.
    std::string value() const;
    std::string_view raw() const { return raw_; }

private:
    std::string raw_;
    std::size_t nameLength_ = 0; // 0: not a field
};

class HeaderList {
public:
    HeaderList() = default;
    // Splits a header block (without the blank line that ends it) into fields.
    static HeaderList parse(std::string_view block);

    // First field of that name, decoded; names are compared without case.
    std::optional<std::string> get(std::string_view name) const;
    // First field of that name, as received.
    std::optional<std::string_view> getRaw(std::string_view name) const;
    std::vector<std::string> getAll(std::string_view name) const;
    bool contains(std::string_view name) const { return getRaw(name).has_value(); }
    std::size_t count(std::string_view name) const;

    // Edits. A value is folded near column 78 where it has blanks; CR and LF in it become blanks, so that no
    // value can bring a field of its own.
    void prepend(std::string_view name, std::string_view value);
    void append(std::string_view name, std::string_view value);
    // Replaces the first field of that name and removes the others; appends where there was none.
    void set(std::string_view name, std::string_view value);
    // Returns how many fields went.
    std::size_t remove(std::string_view name);
    std::size_t removeIf(const std::function<bool(const Header&)>& unwanted);

    auto begin() const { return headers_.begin(); }
    auto end() const { return headers_.end(); }
    std::size_t size() const { return headers_.size(); }
    bool empty() const { return headers_.empty(); }
    // The block as it will be written, without the blank line.
    std::string toBytes() const;
    std::size_t byteCount() const;
    // Counts edits: equal numbers mean equal content.
    std::uint32_t revision() const { return revision_; }

private:
    std::vector<Header> headers_;
    std::uint32_t revision_ = 0;
};

} // namespace edge

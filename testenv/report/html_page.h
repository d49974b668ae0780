// One HTML page that stands alone: no script, no font, no image, nothing that a browser would have to ask
// for. Reports are full of what strangers sent, so there is no way to put markup in: every string given to
// this interface is text, is escaped where it is written, and a content policy in the page forbids the rest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// How a thing is coloured: what it means, not which colour.
enum class HtmlTone { Plain, Good, Bad, Warning, Quiet };

// A piece of text in a table: `code` is set in a fixed pitch.
struct HtmlCell {
    HtmlCell(std::string cellText, HtmlTone cellTone = HtmlTone::Plain, bool isCode = false)
        : text(std::move(cellText))
        , tone(cellTone)
        , code(isCode) {}
    HtmlCell(const char* cellText)
        : text(cellText) {}
    HtmlCell(std::size_t count)
        : text(std::to_string(count))
        , number(true) {}

    std::string text;
    HtmlTone tone = HtmlTone::Plain;
    bool code = false;
    bool number = false; // stands at the right
};
using HtmlRow = std::vector<HtmlCell>;

// One bar of a chart; the longest fills the width.
struct HtmlBar {
    std::string label;
    double value = 0;
    std::string shown = {}; // behind the bar; empty: the value as a whole number
    HtmlTone tone = HtmlTone::Plain;
};

// Blocks one beneath the other; also what is inside a collapsible part.
class HtmlBody {
public:
    // `level` 2 to 4; 1 is the page's own.
    void heading(int level, std::string_view text);
    void text(std::string_view paragraph, HtmlTone tone = HtmlTone::Plain);
    // Lines as they are, in a fixed pitch; what is too wide scrolls.
    void code(std::string_view lines);
    // A short line in a coloured box: the answer of the report.
    void banner(HtmlTone tone, std::string_view text);
    // Rows may be shorter than the heading.
    void table(const std::vector<std::string>& heading, const std::vector<HtmlRow>& rows);
    // Names and what they are, without a heading.
    void facts(const std::vector<std::pair<std::string, HtmlCell>>& facts);
    void bars(const std::vector<HtmlBar>& bars);
    // A part that is opened by a click.
    void details(std::string_view summary, const HtmlBody& inside, bool open = false);

    const std::string& markup() const { return markup_; }

private:
    std::string markup_;
};

class HtmlPage : public HtmlBody {
public:
    // `subtitle` stands beneath the title: what was compared, explained, measured.
    explicit HtmlPage(std::string_view title, std::string_view subtitle = {});
    // The whole document, in UTF-8.
    std::string toString() const;

private:
    std::string title_;
    std::string subtitle_;
};

} // namespace edge::testenv

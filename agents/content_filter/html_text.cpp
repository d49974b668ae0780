#include <edge/agents/content_filter/html_text.h>
#include <edge/base/text.h>

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <memory>

namespace edge {
namespace {

// The parser takes an int; a piece at a time also bounds what it buffers.
constexpr std::size_t kPiece = 32 * 1024;

// Elements within a line: they part no words.
constexpr std::array<std::string_view, 30> kInline{
    "a",   "abbr", "acronym", "b",    "bdi",    "bdo",    "big", "cite", "code", "data",
    "del", "dfn",  "em",      "font", "i",      "ins",    "kbd", "mark", "nobr", "q",
    "s",   "samp", "small",   "span", "strike", "strong", "sub", "sup",  "tt",   "u"};

struct Collector {
    std::string text;
    int hidden = 0; // inside elements that show nothing
};

bool isHidden(std::string_view name) {
    return name == "script" || name == "style" || name == "template";
}

std::string_view nameOf(const xmlChar* name) {
    return reinterpret_cast<const char*>(name);
}

void partWords(Collector& collector, std::string_view name) {
    if (std::find(kInline.begin(), kInline.end(), name) == kInline.end())
        collector.text += ' ';
}

void startElement(void* context, const xmlChar* name, const xmlChar**) {
    auto& collector = *static_cast<Collector*>(context);
    partWords(collector, nameOf(name));
    collector.hidden += isHidden(nameOf(name)) ? 1 : 0;
}

void endElement(void* context, const xmlChar* name) {
    auto& collector = *static_cast<Collector*>(context);
    partWords(collector, nameOf(name));
    if (isHidden(nameOf(name)) && collector.hidden > 0)
        --collector.hidden;
}

void characters(void* context, const xmlChar* octets, int length) {
    auto& collector = *static_cast<Collector*>(context);
    if (collector.hidden == 0)
        collector.text.append(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(length));
}

struct FreeParser {
    void operator()(htmlParserCtxtPtr parser) const { htmlFreeParserCtxt(parser); }
};

} // namespace

std::string htmlText(std::string_view html) {
    htmlSAXHandler handler{};
    handler.startElement = startElement;
    handler.endElement = endElement;
    handler.characters = characters;
    handler.ignorableWhitespace = characters;
    Collector collector;
    const std::unique_ptr<htmlParserCtxt, FreeParser> parser(
        htmlCreatePushParserCtxt(&handler, &collector, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8));
    if (!parser)
        return std::string(html);
    htmlCtxtUseOptions(parser.get(), HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                         HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    // A NUL ends the parser's input; browsers show nothing in its place.
    const auto whole = replaceAll(std::string(html), std::string_view("\0", 1), "");
    for (std::size_t at = 0; at < whole.size(); at += kPiece) {
        const auto length = std::min(kPiece, whole.size() - at);
        htmlParseChunk(parser.get(), whole.data() + at, static_cast<int>(length), 0);
    }
    htmlParseChunk(parser.get(), nullptr, 0, 1);
    return std::move(collector.text);
}

} // namespace edge

// What a report shows comes from strangers: these tests are named after what they would do with it.
#include <edge/testenv/report/html_page.h>

#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace edge::testenv;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A page on which `text` stands in every place there is.
std::string everywhere(const std::string& text) {
    HtmlPage page(text, text);
    page.heading(2, text);
    page.text(text);
    page.code(text);
    page.banner(HtmlTone::Bad, text);
    page.table({text}, {{HtmlCell(text)}, {HtmlCell(text, HtmlTone::Good, true)}});
    page.facts({{text, HtmlCell(text)}});
    page.bars({{text, 1, text}});
    HtmlBody inside;
    inside.text(text);
    page.details(text, inside);
    return page.toString();
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

} // namespace

TEST_CASE("A subject with a script in it stays text wherever it is shown") {
    const auto page = everywhere("<script>alert(1)</script>");
    CHECK_FALSE(has(page, "<script"));
    CHECK(count(page, "&lt;script&gt;alert(1)&lt;/script&gt;") ==
          count(everywhere("plain words"), "plain words"));
}

TEST_CASE("A header that closes our elements does not leave them") {
    const auto hostile = everywhere("</td></pre></details></style></title><img src=x onerror=alert(1)>");
    const auto harmless = everywhere("words");
    for (const std::string tag : {"</td>", "</pre>", "</details>", "</style>", "</title>", "<"})
        CHECK(count(hostile, tag) == count(harmless, tag));
}

TEST_CASE("A value with quotes opens no attribute") {
    const auto page = everywhere("\" onmouseover=\"alert(1)' x='");
    CHECK_FALSE(has(page, "\" onmouseover"));
    CHECK(has(page, "&quot; onmouseover=&quot;alert(1)&#39; x=&#39;"));
}

TEST_CASE("An ampersand does not begin a reference that the sender chose") {
    CHECK(has(everywhere("&lt;b&gt; &#60;i&#62;"), "&amp;lt;b&amp;gt; &amp;#60;i&amp;#62;"));
}

TEST_CASE("A mark that turns the line round is shown instead of obeyed") {
    const auto page = everywhere("invoice\xE2\x80\xAE"
                                 "fdp.exe");
    CHECK_FALSE(has(page, "\xE2\x80\xAE"));
    CHECK(has(page, "invoice\\u202efdp.exe"));
}

TEST_CASE("Octets that are no UTF-8 and control characters are made visible") {
    const auto page = everywhere(std::string("a\xFF\x1B[31m\0b", 9));
    CHECK(has(page, "a\\xff\\x1b[31m\\x00b"));
}

TEST_CASE("The page asks the network for nothing and allows no script") {
    HtmlPage page("Report");
    page.text("See https://example.com/");
    const auto text = page.toString();
    CHECK(has(text, "default-src 'none'"));
    for (const std::string word : {"src=", "href=", "url(", "@import", "<script", "<link"})
        CHECK_FALSE(has(text, word));
}

TEST_CASE("Lines of code keep their line ends and their indentation") {
    HtmlPage page("Report");
    page.code("220 ready\r\n  EHLO x\r\n");
    CHECK(has(page.toString(), "<pre>\n220 ready\n  EHLO x</pre>"));
}

TEST_CASE("Numbers stand at the right, with their heading") {
    HtmlPage page("Report");
    page.table({"cause", "messages"}, {{"SCL", std::size_t{12}}});
    CHECK(has(page.toString(), "<th class=\"number\">messages</th>"));
    CHECK(has(page.toString(), "<td class=\"number\">12</td>"));
}

TEST_CASE("The longest bar fills the width, the others are parts of it") {
    HtmlPage page("Report");
    page.bars({{"a", 50}, {"b", 200}, {"none", 0}});
    const auto text = page.toString();
    CHECK(has(text, "width:25%"));
    CHECK(has(text, "width:100%"));
    CHECK(has(text, "width:0%"));
    CHECK(has(text, "<span class=\"shown\">200</span>"));
}

TEST_CASE("A part that is opened by a click holds other blocks") {
    HtmlBody inner;
    inner.text("deep");
    HtmlBody outer;
    outer.details("inner", inner);
    HtmlPage page("Report");
    page.details("outer", outer, true);
    const auto text = page.toString();
    CHECK(has(text, "<details open><summary>outer</summary>"));
    CHECK(has(text, "<details><summary>inner</summary>"));
    CHECK(text.find("deep") < text.find("</details>"));
}

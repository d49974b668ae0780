#include <edge/base/text.h>
#include <edge/server/logs/visible_text.h>
#include <edge/testenv/report/html_page.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace edge::testenv {
namespace {

constexpr int kFirstHeading = 2;
constexpr int kLastHeading = 4;
constexpr double kWholeBar = 100; // per cent

constexpr std::array<std::string_view, 5> kToneNames{"plain", "good", "bad", "warning", "quiet"};

// Even if a string found its way round the escaping, the browser would load and run nothing.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root{color-scheme:light dark;--back:#fff;--text:#1d2530;--dim:#5d6978;--line:#d9dfe6;--soft:#f4f6f9;--mark:#2563a8;
--good:#19703d;--good-soft:#e5f5eb;--bad:#b02a30;--bad-soft:#fdebeb;--warning:#8a5a00;--warning-soft:#fdf3dc}
@media(prefers-color-scheme:dark){:root{--back:#14181d;--text:#dfe5ec;--dim:#93a0af;--line:#303943;--soft:#1c2228;--mark:#74aef0;
--good:#69ca8f;--good-soft:#17301f;--bad:#f28b8b;--bad-soft:#3a1d1f;--warning:#e5b45b;--warning-soft:#352a14}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:64rem;background:var(--back);color:var(--text);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{margin:0;font-size:1.7rem;line-height:1.25}h2{margin:2.2rem 0 .6rem;font-size:1.25rem}
h3{margin:1.6rem 0 .5rem;font-size:1.05rem}h4{margin:1.2rem 0 .4rem;font-size:.95rem;color:var(--dim)}
header{border-bottom:1px solid var(--line);padding-bottom:.9rem;margin-bottom:1.2rem}
header p{margin:.25rem 0 0;color:var(--dim)}
p{margin:.5rem 0;overflow-wrap:anywhere;white-space:pre-line}
.banner{margin:1rem 0;padding:.7rem .95rem;border-left:4px solid var(--mark);border-radius:4px;background:var(--soft);font-weight:600}
.banner.good{border-color:var(--good);background:var(--good-soft)}.banner.bad{border-color:var(--bad);background:var(--bad-soft)}
.banner.warning{border-color:var(--warning);background:var(--warning-soft)}
.good{color:var(--good)}.bad{color:var(--bad)}.warning{color:var(--warning)}.quiet{color:var(--dim)}
.wide{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%}
th,td{padding:.34rem .7rem .34rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:anywhere;unicode-bidi:isolate}
th{color:var(--dim);font-size:.84rem;font-weight:600;white-space:nowrap}
td.number,th.number{text-align:right;padding-right:1.2rem;white-space:nowrap;font-variant-numeric:tabular-nums}
tr:last-child td{border-bottom:0}
code,pre{font:13px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;unicode-bidi:isolate}
pre{margin:.6rem 0;padding:.75rem .95rem;overflow-x:auto;border-radius:6px;background:var(--soft);border:1px solid var(--line)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.28rem 1.1rem;margin:.6rem 0}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
details{margin:.5rem 0;border:1px solid var(--line);border-radius:6px}
summary{padding:.5rem .8rem;cursor:pointer;font-weight:600;overflow-wrap:anywhere}summary:hover{background:var(--soft)}
details[open]>summary{border-bottom:1px solid var(--line)}.inside{padding:.2rem .95rem .6rem}
.bars{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr max-content;gap:.35rem .8rem;align-items:center;margin:.8rem 0}
.bars span{overflow-wrap:anywhere}.track{background:var(--soft);border-radius:3px}
.bar{display:block;height:.95rem;border-radius:3px;min-width:2px;background:var(--mark)}
.bar.good{background:var(--good)}.bar.bad{background:var(--bad)}.bar.warning{background:var(--warning)}.bar.quiet{background:var(--dim)}
.shown{text-align:right;font-variant-numeric:tabular-nums}
@media print{body{max-width:none;padding:0}details>*{display:block}}
</style>
)";

// Text as HTML text. Controls, broken UTF-8 and marks that reorder a line are made visible first; lines stay.
std::string escaped(std::string_view text) {
    std::string shown;
    bool first = true;
    for (auto line : split(text, '\n')) {
        if (!first)
            shown += '\n';
        first = false;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        for (const char c : visibleText(line)) {
            switch (c) {
            case '&':
                shown += "&amp;";
                break;
            case '<':
                shown += "&lt;";
                break;
            case '>':
                shown += "&gt;";
                break;
            case '"':
                shown += "&quot;";
                break;
            case '\'':
                shown += "&#39;";
                break;
            default:
                shown += c;
            }
        }
    }
    return shown;
}

std::string_view nameOf(HtmlTone tone) {
    return kToneNames[static_cast<std::size_t>(tone)];
}

std::string classOf(std::string_view names) {
    return names.empty() ? std::string{} : " class=\"" + std::string(names) + "\"";
}

std::string classOf(HtmlTone tone) {
    return tone == HtmlTone::Plain ? std::string{} : classOf(nameOf(tone));
}

std::string element(std::string_view name, std::string_view attributes, std::string_view inside) {
    std::string markup = "<";
    markup.append(name).append(attributes).append(">").append(inside);
    return markup.append("</").append(name).append(">");
}

std::string insideOf(const HtmlCell& cell) {
    auto text = escaped(cell.text);
    return cell.code ? element("code", "", text) : text;
}

std::string tableCell(const HtmlCell& cell) {
    std::string names;
    if (cell.tone != HtmlTone::Plain)
        names = nameOf(cell.tone);
    if (cell.number)
        names += names.empty() ? "number" : " number";
    return element("td", classOf(names), insideOf(cell));
}

bool isNumberColumn(const std::vector<HtmlRow>& rows, std::size_t column) {
    return !rows.empty() && rows.front().size() > column && rows.front()[column].number;
}

std::string rounded(double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.0f", value);
    return text.data();
}

// A number of ours, but a locale or a NaN could still spoil the attribute.
std::string width(double value, double longest) {
    const auto part = longest > 0 && std::isfinite(value) ? std::clamp(value / longest, 0.0, 1.0) : 0.0;
    return rounded(std::round(part * kWholeBar));
}

} // namespace

void HtmlBody::heading(int level, std::string_view text) {
    const auto name = "h" + std::to_string(std::clamp(level, kFirstHeading, kLastHeading));
    markup_ += element(name, "", escaped(text)) + "\n";
}

void HtmlBody::text(std::string_view paragraph, HtmlTone tone) {
    markup_ += element("p", classOf(tone), escaped(paragraph)) + "\n";
}

void HtmlBody::code(std::string_view lines) {
    while (lines.ends_with('\n') || lines.ends_with('\r'))
        lines.remove_suffix(1);
    // A parser drops one line feed directly behind <pre>.
    markup_ += element("pre", "", "\n" + escaped(lines)) + "\n";
}

void HtmlBody::banner(HtmlTone tone, std::string_view text) {
    markup_ += element("p", classOf("banner " + std::string(nameOf(tone))), escaped(text)) + "\n";
}

void HtmlBody::table(const std::vector<std::string>& heading, const std::vector<HtmlRow>& rows) {
    std::string head;
    for (std::size_t i = 0; i < heading.size(); ++i)
        head += element("th", classOf(isNumberColumn(rows, i) ? "number" : ""), escaped(heading[i]));
    std::string body;
    for (const auto& row : rows) {
        std::string cells;
        for (const auto& cell : row)
            cells += tableCell(cell);
        body += element("tr", "", cells) + "\n";
    }
    const auto whole = element("thead", "", element("tr", "", head)) + "\n" + element("tbody", "", body);
    markup_ += element("div", classOf("wide"), element("table", "", whole)) + "\n";
}

void HtmlBody::facts(const std::vector<std::pair<std::string, HtmlCell>>& facts) {
    std::string list;
    for (const auto& [name, value] : facts)
        list += element("dt", "", escaped(name)) + element("dd", classOf(value.tone), insideOf(value)) + "\n";
    markup_ += element("dl", "", list) + "\n";
}

void HtmlBody::bars(const std::vector<HtmlBar>& bars) {
    double longest = 0;
    for (const auto& bar : bars)
        longest = std::max(longest, bar.value);
    std::string chart;
    for (const auto& bar : bars) {
        const auto attributes = classOf("bar " + std::string(nameOf(bar.tone))) +
                                " style=\"width:" + width(bar.value, longest) + "%\"";
        const auto& shown = bar.shown.empty() ? rounded(bar.value) : bar.shown;
        chart += element("span", "", escaped(bar.label)) +
                 element("span", classOf("track"), element("span", attributes, "")) +
                 element("span", classOf("shown"), escaped(shown)) + "\n";
    }
    markup_ += element("div", classOf("bars"), chart) + "\n";
}

void HtmlBody::details(std::string_view summary, const HtmlBody& inside, bool open) {
    const auto content =
        element("summary", "", escaped(summary)) + element("div", classOf("inside"), "\n" + inside.markup());
    markup_ += element("details", open ? " open" : "", content) + "\n";
}

HtmlPage::HtmlPage(std::string_view title, std::string_view subtitle)
    : title_(title)
    , subtitle_(subtitle) {}

std::string HtmlPage::toString() const {
    std::string page(kHead);
    page += element("title", "", escaped(title_)) + "\n</head>\n<body>\n";
    auto header = element("h1", "", escaped(title_));
    if (!subtitle_.empty())
        header += element("p", "", escaped(subtitle_));
    page +=
        element("header", "", header) + "\n" + element("main", "", "\n" + markup()) + "\n</body>\n</html>\n";
    return page;
}

} // namespace edge::testenv

#include <edge/server/smtp/data_reader.h>

#include <algorithm>

namespace edge::smtp {

bool isAcceptable(const LineEndFlaws& flaws, LineEndPolicy policy) {
    switch (policy) {
    case LineEndPolicy::Tolerate:
        return true;
    case LineEndPolicy::RejectBareLinefeeds:
        return !flaws.bareLinefeed;
    case LineEndPolicy::Strict:
        return flaws == LineEndFlaws{};
    }
    return false;
}

DataReader::Step DataReader::read(std::string_view input) {
    std::size_t at = 0;
    if (place_ == Place::LineStart && at < input.size() && input[at] == '.') {
        place_ = Place::Dot;
        ++at;
    }
    if (place_ == Place::Dot && at < input.size()) {
        // RFC 5321 4.5.2: a dot before anything but the line end is a stuffed one and goes.
        place_ = input[at] == '\r' ? Place::DotCr : Place::InLine;
        at += place_ == Place::DotCr ? 1 : 0;
    }
    auto begin = at;
    if (place_ == Place::DotCr) {
        if (at == input.size())
            return {{}, at, false};
        if (input[at] == '\n')
            return {{}, at + 1, true};
        // ".<CR>" without LF ends nothing: the CR held back is content, wherever it came in.
        place_ = Place::AfterCr;
        if (at == 0)
            return {"\r", 0, false};
        begin = at - 1;
    }
    while (at < input.size() && !(place_ == Place::LineStart && input[at] == '.'))
        at = passLine(input, at);
    return {input.substr(begin, at - begin), at, false};
}

// Passes one line, or what there is of it; returns where the next octet stands.
std::size_t DataReader::passLine(std::string_view input, std::size_t from) {
    const auto linefeed = input.find('\n', from);
    const auto line = input.substr(from, std::min(linefeed, input.size()) - from);
    noticeFlaws(line);
    const bool afterCr = line.empty() ? place_ == Place::AfterCr : line.back() == '\r';
    if (linefeed == std::string_view::npos) {
        place_ = afterCr ? Place::AfterCr : Place::InLine;
        return input.size();
    }
    flaws_.bareLinefeed |= !afterCr;
    place_ = afterCr ? Place::LineStart : Place::InLine;
    return linefeed + 1;
}

// Each flaw is looked for until it was found once.
void DataReader::noticeFlaws(std::string_view line) {
    if (line.empty())
        return;
    if (!flaws_.bareCarriageReturn)
        flaws_.bareCarriageReturn = place_ == Place::AfterCr || line.find('\r') < line.size() - 1;
    if (!flaws_.nul)
        flaws_.nul = line.find('\0') != std::string_view::npos;
}

} // namespace edge::smtp

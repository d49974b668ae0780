#include <edge/base/text.h>
#include <edge/testenv/header_difference.h>

#include <algorithm>

namespace edge::testenv {
namespace {

using Fields = std::vector<const Header*>;

// Fields compared with each other; two headers that differ in more are told as all gone and all come.
constexpr std::size_t kMaxCompared = 1000;

Fields fieldsOf(const HeaderList& headers) {
    Fields fields;
    for (const auto& header : headers)
        fields.push_back(&header);
    return fields;
}

bool same(const Header* one, const Header* other) {
    return one->raw() == other->raw();
}

// Takes off what both begin and end with.
void trimCommon(Fields& before, Fields& after) {
    const auto first = std::mismatch(before.begin(), before.end(), after.begin(), after.end(), same);
    before.erase(before.begin(), first.first);
    after.erase(after.begin(), first.second);
    while (!before.empty() && !after.empty() && same(before.back(), after.back())) {
        before.pop_back();
        after.pop_back();
    }
}

// table[i][j]: fields that before from i on and after from j on have in common, in order.
std::vector<std::vector<std::size_t>> commonCounts(const Fields& before, const Fields& after) {
    std::vector<std::vector<std::size_t>> table(before.size() + 1,
                                                std::vector<std::size_t>(after.size() + 1));
    for (auto i = before.size(); i-- > 0;)
        for (auto j = after.size(); j-- > 0;)
            table[i][j] = same(before[i], after[j]) ? table[i + 1][j + 1] + 1
                                                    : std::max(table[i + 1][j], table[i][j + 1]);
    return table;
}

// Fields that went and fields that came at one place of the header.
struct Gap {
    Fields gone;
    Fields come;
};

std::vector<Gap> gapsBetween(const Fields& before, const Fields& after) {
    if (std::max(before.size(), after.size()) > kMaxCompared)
        return {{before, after}};
    const auto table = commonCounts(before, after);
    std::vector<Gap> gaps(1);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && same(before[i], after[j])) {
            gaps.emplace_back();
            ++i;
            ++j;
        } else if (j == after.size() || (i < before.size() && table[i + 1][j] >= table[i][j + 1])) {
            gaps.back().gone.push_back(before[i++]);
        } else {
            gaps.back().come.push_back(after[j++]);
        }
    }
    return gaps;
}

HeaderDifference changed(const Header& before, const Header& after) {
    HeaderDifference difference{std::string(after.name()), before.value(), after.value()};
    if (difference.before == difference.after) {
        difference.before = before.rawValue();
        difference.after = after.rawValue();
    }
    return difference;
}

// Pairs what went with what came under the same name.
void addGap(std::vector<HeaderDifference>& all, Gap gap) {
    for (const auto* gone : gap.gone) {
        const auto come = std::find_if(gap.come.begin(), gap.come.end(), [gone](const Header* each) {
            return !gone->name().empty() && iequals(each->name(), gone->name());
        });
        if (come == gap.come.end()) {
            all.push_back({std::string(gone->name()), gone->value(), std::nullopt});
            continue;
        }
        all.push_back(changed(*gone, **come));
        gap.come.erase(come);
    }
    for (const auto* come : gap.come)
        all.push_back({std::string(come->name()), std::nullopt, come->value()});
}

std::string line(char mark, const std::string& name, const std::string& value) {
    return std::string(1, mark) + " " + (name.empty() ? "" : name + ": ") + value;
}

} // namespace

std::vector<HeaderDifference> headerDifferences(const HeaderList& before, const HeaderList& after) {
    auto old = fieldsOf(before);
    auto now = fieldsOf(after);
    trimCommon(old, now);
    std::vector<HeaderDifference> all;
    for (auto& gap : gapsBetween(old, now))
        addGap(all, std::move(gap));
    return all;
}

std::vector<std::string> differenceLines(const HeaderDifference& difference) {
    std::vector<std::string> lines;
    if (difference.before)
        lines.push_back(line('-', difference.name, *difference.before));
    if (difference.after)
        lines.push_back(line('+', difference.name, *difference.after));
    return lines;
}

} // namespace edge::testenv

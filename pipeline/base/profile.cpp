#include <edge/base/profile.h>

#include <edge/base/assert.h>
#include <edge/base/text.h>

#include <array>
#include <string>

namespace edge {
namespace {

constexpr std::uint64_t kMB = 1024 * 1024;
constexpr std::uint64_t kKB = 1024;

constexpr std::array<std::string_view, 1> kKeywords2007{"XEXCH50"};
constexpr std::array<std::string_view, 3> kKeywords2010{"XEXCH50", "XRDST", "XSHADOW"};
constexpr std::array<std::string_view, 1> kKeywords2013{"XRDST"};

// Sources: platform.md 2.3 (limits), 2.5 (keywords), 2.6 (queued reply), 2.9 and 6 (builds, logs), agents.md 13. The
// 2007 and 2010 limits are the reference's [K] values; builds are published build numbers of each version.
// clang-format off
constexpr std::array<Profile, 6> kProfiles{{
    {ProfileId::E2007, "2007", "8.3.83.0",      "Version 8.3 (Build 83.6)",     "MSExchange12", "8.0.0.0",  QueuedReplyForm::Plain,              kKeywords2007, 10 * kMB, 64 * kKB,  30, 8,  20, false, false, false, false, false, 30, false, false, false},
    {ProfileId::E2010, "2010", "14.3.123.3",    "Version 14.3 (Build 123.4)",   "MSExchange14", "14.0.0.0", QueuedReplyForm::InternalId,         kKeywords2010, 10 * kMB, 64 * kKB,  30, 8,  20, false, false, false, false, false, 30, false, false, true},
    {ProfileId::E2013, "2013", "15.0.1497.2",   "Version 15.0 (Build 1497.2)",  "MSExchange15", "15.0.0.0", QueuedReplyForm::InternalIdHostname, kKeywords2013, 36 * kMB, 256 * kKB, 30, 12, 20, true,  true,  true,  false, true,  7,  true,  true,  true},
    {ProfileId::E2016, "2016", "15.1.2507.35",  "Version 15.1 (Build 2507.35)", "MSExchange15", "15.0.0.0", QueuedReplyForm::WithRate,           kKeywords2013, 36 * kMB, 256 * kKB, 30, 8,  20, true,  true,  true,  false, true,  7,  true,  true,  true},
    {ProfileId::E2019, "2019", "15.2.1544.4",   "Version 15.2 (Build 1544.4)",  "MSExchange15", "15.0.0.0", QueuedReplyForm::WithRate,           kKeywords2013, 36 * kMB, 256 * kKB, 30, 8,  20, true,  true,  true,  true,  true,  7,  true,  true,  true},
    {ProfileId::SE,    "SE",   "15.2.2562.17",  "Version 15.2 (Build 2562.17)", "MSExchange15", "15.0.0.0", QueuedReplyForm::WithRate,           kKeywords2013, 36 * kMB, 256 * kKB, 30, 8,  20, true,  true,  true,  true,  true,  7,  true,  true,  true},
}};
// clang-format on

std::string_view withoutPrefix(std::string_view name) {
    for (const std::string_view prefix : {"Exchange", "E"})
        if (istartsWith(name, prefix) && name.size() > prefix.size())
            return name.substr(prefix.size());
    return name;
}

} // namespace

std::span<const Profile> profiles() {
    return kProfiles;
}

const Profile& profile(ProfileId id) {
    const auto& found = kProfiles[static_cast<std::size_t>(id)];
    EDGE_ASSERT(found.id == id, "the profile table is in the order of ProfileId");
    return found;
}

Result<ProfileId> findProfile(std::string_view name) {
    std::string known;
    for (const auto& candidate : kProfiles) {
        if (iequals(candidate.name, name) || iequals(candidate.name, withoutPrefix(name)))
            return candidate.id;
        known += (known.empty() ? "" : ", ") + std::string(candidate.name);
    }
    return Error{Errc::InvalidArgument, "there is no profile \"" + std::string(name) + "\"; known are " + known};
}

} // namespace edge

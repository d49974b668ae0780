#include <edge/server/queue/admission.h>

#include <string_view>

namespace edge {
namespace {

// In the order of AdmissionReason.
constexpr std::array<std::string_view, static_cast<std::size_t>(AdmissionReason::Count)> kRemedies{
    "Resume-EdgeSimQueue, or a restart, once the disk is sound",
    "passes by itself when the disk has space again",
    "passes by itself when the disk has space again",
    "passes by itself when the categorizer has caught up",
    "passes by itself when the categorizer has caught up",
    "Set-EdgeSimSubmission -ReplayQuota, or take files out of the replay directory",
    "Set-EdgeSimSubmission -ReplayMaxFiles, or take files out of the replay directory",
};

std::uint32_t bitOf(AdmissionReason reason) {
    return std::uint32_t{1} << static_cast<unsigned>(reason);
}

} // namespace

bool AdmissionGate::refuse(AdmissionReason reason, std::string explanation) {
    const std::lock_guard lock(mutex_);
    explanations_[static_cast<std::size_t>(reason)] = std::move(explanation);
    return (closed_.fetch_or(bitOf(reason)) & bitOf(reason)) == 0;
}

bool AdmissionGate::allow(AdmissionReason reason) {
    if (!refuses(reason))
        return false;
    const std::lock_guard lock(mutex_);
    return (closed_.fetch_and(~bitOf(reason)) & bitOf(reason)) != 0;
}

bool AdmissionGate::refuses(AdmissionReason reason) const {
    return (closed_.load() & bitOf(reason)) != 0;
}

Admission AdmissionGate::check() const {
    if (closed_.load() == 0)
        return {};
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < kReasons; ++i)
        if (refuses(static_cast<AdmissionReason>(i)))
            return {false, static_cast<AdmissionReason>(i), explanations_[i], std::string(kRemedies[i])};
    return {};
}

} // namespace edge

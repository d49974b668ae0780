#include <edge/decision.h>

#include <array>

namespace edge {

std::string_view toString(Action action) {
    static constexpr std::array<std::string_view, 14> kWords{"None",
                                                             "AcceptMessage",
                                                             "DeleteMessage",
                                                             "DeleteRecipients",
                                                             "Disconnect",
                                                             "ModifyHeaders",
                                                             "QuarantineMessage",
                                                             "QuarantineRecipients",
                                                             "RejectAuthentication",
                                                             "RejectCommand",
                                                             "RejectConnection",
                                                             "RejectMessage",
                                                             "RejectRecipients",
                                                             "Fault"};
    return kWords[static_cast<std::size_t>(action)];
}

} // namespace edge

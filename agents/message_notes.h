// Notes that built-in agents leave for each other in MailItem::properties. Every name stands here with its
// type and its writer, because a PropertyBag itself cannot say who means what.
#pragma once

namespace edge::message_notes {

// bool, true. Written by the Sender Filter Agent at OnMailCommand when the sender is blocked and Action is
// StampStatus; meant for content filter and sender reputation (agents.md 3.3).
inline constexpr char kSenderBlocked[] = "SenderBlocked";

} // namespace edge::message_notes

// What queue, categorizer and publisher have to tell the operator. A plain callback, so that none of them
// knows the log.
#pragma once

#include <functional>
#include <string>

namespace edge {

enum class NoticeLevel { Information, Warning, Error };

// Called from the thread where it happened; must not call back into the teller.
using StorageNotice = std::function<void(NoticeLevel level, const std::string& message)>;

} // namespace edge

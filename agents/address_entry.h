// What an entry of an address list must be. Shared by the filters, so that a wrong entry is refused in the
// same words and by name wherever it stands among eight hundred.
#pragma once

#include <edge/base/result.h>

#include <string_view>

namespace edge {

// user@domain; not the null reverse path, not a bare postmaster.
Result<> demandAddressEntry(std::string_view text);

} // namespace edge

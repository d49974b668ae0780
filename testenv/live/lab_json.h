// What travels over the lab's control socket, as JSON and back. Nothing may be lost on the way, because a
// transcript made there must equal one made in memory octet for octet: text that is no UTF-8 therefore goes
// as
// {"base64": "..."}, and a decision with everything that is in it.
#pragma once

#include <edge/base/result.h>
#include <edge/decision.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// Any octets: a string where they are UTF-8, else {"base64": "..."}.
boost::json::value toJson(std::string_view octets);
boost::json::array toJson(const std::vector<std::string>& texts);
// Nothing where the value is neither of the two forms.
std::optional<std::string> octetsOf(const boost::json::value& value);
// Nothing where one of them is none.
std::optional<std::vector<std::string>> textsOf(const boost::json::value& value);

boost::json::object toJson(const Decision& decision);
// Malformed where something is missing or no value of its kind.
Result<Decision> decisionOf(const boost::json::value& value);

} // namespace edge::testenv

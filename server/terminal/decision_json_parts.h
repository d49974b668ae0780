// The pieces of decisions as JSON values, for whoever writes decisions in a larger document. What a reader
// of one knows, holds in the other.
#pragma once

#include <edge/decision.h>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Octets that are not UTF-8 appear as \x9b.
boost::json::string jsonText(std::string_view value);
boost::json::array jsonTexts(const std::vector<std::string>& values);
// null where nothing was answered.
boost::json::value jsonResponse(const SmtpResponse& response);
boost::json::array jsonInputs(const std::vector<DecisionInput>& inputs);
boost::json::array jsonEffects(const std::vector<Effect>& effects);

} // namespace edge

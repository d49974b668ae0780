// An explanation as a page to keep, or to send to whoever asked why the mail did not come.
#pragma once

#include <edge/testenv/explain/explanation.h>

#include <string>

namespace edge::testenv {

std::string explanationHtml(const Explanation& explanation);

} // namespace edge::testenv

// Sessions that tests explain: one for each kind of refusal, on the server that `serve` begins with.
#pragma once

#include <edge/testenv/explain/explain_request.h>

#include <string>
#include <vector>

namespace edge::testenv {

// An accepted session; tests change what they are about.
ExplainRequest plainRequest();

struct RefusalCase {
    std::string name; // of the golden file
    ExplainRequest request;
};
std::vector<RefusalCase> refusalCases();

} // namespace edge::testenv

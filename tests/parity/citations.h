// Which scenarios speak of what: found out from what they do and expect (parameters they set, decisions they
// name, replies they wait for, headers they look at), so that nobody has to keep a list.
#pragma once

#include <edge/testenv/scenario/scenario.h>
#include <edge/tests/parity/parity_row.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace edge::parity {

class Citations {
public:
    // `rows` are what may be cited; `cmdlets` tells aliases and abbreviated parameters.
    Citations(const std::vector<Row>& rows, const CmdletRegistry& cmdlets);

    // Files are named as seen from `root`.
    void add(const testenv::Scenario& scenario, const std::string& root);
    // The files that cite the row, sorted.
    const std::set<std::string>& of(const Row& row) const;

private:
    void cite(Kind kind, const std::string& name);
    void script(const std::string& text);
    void expectedOutput(const std::vector<std::string>& lines);
    void reply(const testenv::step::Reply& expected);
    void keyword(const std::string& line);
    void decision(const testenv::step::ExpectDecision& expected);
    void text(const testenv::step::ExpectText& expected);

    const std::vector<Row>& rows_;
    const CmdletRegistry& cmdlets_;
    std::string file_;                                                    // of the scenario at hand
    std::map<std::pair<Kind, std::string>, std::set<std::string>> files_; // name in lower case
};

} // namespace edge::parity

// Objects as text, the way PowerShell shows them: tables with dashes under their heads, lists with aligned
// colons, long values cut in a table and wrapped in a list.
#pragma once

#include <edge/server/shell/cmdlet.h>

#include <string>
#include <vector>

namespace edge {

struct FormatLimits {
    int width = 120;         // columns
    std::size_t inTable = 4; // elements of a list
    std::size_t inList = 16;
};

struct TableOptions {
    bool autoSize = false; // columns as wide as their content
    bool wrap = false;     // long values on several lines instead of cut
    bool hideHeaders = false;
};

// The default view: the noun's table, else a list; texts and numbers a line each.
std::string formatDefault(const CmdletList& values, const CmdletRegistry& registry,
                          const FormatLimits& limits);
// Format-List; no properties means all.
std::string formatList(const CmdletList& values, const std::vector<std::string>& properties,
                       const FormatLimits& limits);
// Format-Table; `dropped` receives columns that had no room.
std::string formatTable(const CmdletList& values, const std::vector<ViewColumn>& columns,
                        const TableOptions& options, const FormatLimits& limits,
                        std::vector<std::string>& dropped);

// The names of the objects' properties that fit the patterns, in the order of the patterns; all for none. A
// pattern without wildcard that fits nothing is an error that names the nearest.
Result<std::vector<std::string>> chooseProperties(const CmdletList& values,
                                                  const std::vector<std::string>& patterns);
// The property of an object or table; $null where there is none.
CmdletValue propertyOf(const CmdletValue& value, const std::string& name);

// Text made by a Format- cmdlet travels as an object of its own kind, so that nobody mistakes it for data.
CmdletValue formattedText(std::string text);
bool isFormatted(const CmdletValue& value);

} // namespace edge

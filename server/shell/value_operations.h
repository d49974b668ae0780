// What the operators of the language do with values. The left side decides how the right one is read, as in
// PowerShell: a size is compared with 10MB, a time span with 00:00:05, a text without case.
#pragma once

#include <edge/base/result.h>
#include <edge/config/value.h>
#include <edge/server/shell/syntax_tree.h>

#include <compare>
#include <optional>

namespace edge {

// Empty text, zero, $null and the empty list are false.
bool isTrue(const CmdletValue& value);
// left + right: lists grow, texts are joined, numbers are added; bounded.
Result<CmdletValue> add(const CmdletValue& left, const CmdletValue& right);
// Order of two values; nullopt where they cannot be compared.
std::optional<std::strong_ordering> compare(const CmdletValue& left, const CmdletValue& right,
                                            bool caseSensitive = false);
// Any comparison operator. A list on the left gives the list of the elements for which it holds.
Result<CmdletValue> evaluate(BinaryOperator operation, bool caseSensitive, const CmdletValue& left,
                             const CmdletValue& right);
// Whether a value built by a script stays small and flat enough to be kept: lists of lists of lists double
// quickly.
Result<> checkSize(const CmdletValue& value);
// An object, or a list with one inside; such a value may not become the property of an object, or rings would
// form.
bool holdsObject(const CmdletValue& value);
// One value for none, one or several.
CmdletValue collapse(CmdletList values);
// The elements of a list, the value alone, or nothing for $null.
CmdletList spread(const CmdletValue& value);

} // namespace edge

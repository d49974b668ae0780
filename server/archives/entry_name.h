// Names as archives store them, as UTF-8: modern writers store UTF-8, old ones the code page of a DOS machine
// and say so at best. What is not UTF-8 is read as code page 437, which ZIP prescribes; a wrong guess spoils
// letters beyond ASCII only, and it is the ASCII letters of a suffix that filters look at.
#pragma once

#include <string>
#include <string_view>

namespace edge {

// No file system allows longer names; of a longer one the end is kept, because the suffix decides.
inline constexpr std::size_t kMaxEntryName = 4096;

// `stored` as UTF-8, at most kMaxEntryName octets of it. NUL and other controls stay: filters judge them.
std::string entryName(std::string_view stored);

// The name of what a compressor packed: "x.exe.gz" is "x.exe", "a.tgz" is "a.tar"; without a suffix it is the
// same.
std::string unpackedName(std::string_view name);

} // namespace edge

// A ZIP says every name twice, before each file and in the directory at the end, and unpackers differ in
// which they believe. A filter has to see both, and those behind a NUL too, so this reads all of them
// straight from the octets, without a ZIP reader's notion of which headers count.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace edge {

// A header's name as it stands there.
struct ZipName {
    std::string_view octets;
    bool utf8 = false;      // flag 11: UTF-8, else the code page of a DOS machine, mostly
    bool encrypted = false; // flag 0
};

// Calls `take` for each name in a local header or directory entry until it returns false. Names of folders
// are left out. A stored archive inside shows its names too, without the folder they are in.
void forEachZipName(std::string_view bytes, const std::function<bool(const ZipName&)>& take);

} // namespace edge

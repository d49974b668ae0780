// The repository as the rules see it: files by their path from the root, as lines.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace edge::tidy {

struct SourceFile {
    std::string path;
    std::vector<std::string> lines;
};

// Every text file that people write: sources, scripts, scenarios, documents. Build folders and corpora are
// left out.
std::vector<SourceFile> readTree(const std::filesystem::path& root);

// For tests: a file made of text.
SourceFile sourceFile(std::string path, const std::string& text);

} // namespace edge::tidy

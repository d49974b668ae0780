#include <edge/tests/tidy/source_file.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

namespace edge::tidy {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 7> kFolders{".ci",     "pipeline", "agents", "server",
                                                   "testenv", "tests",    "docs"};
// Not written by people: builds, what other tools fetch, and inputs found by fuzzing.
constexpr std::array<std::string_view, 5> kSkipped{"build", "node_modules", "corpus", "__pycache__",
                                                   "edgesim-data"};
constexpr std::array<std::string_view, 14> kExtensions{".h",        ".cpp", ".py",    ".md",  ".txt",
                                                       ".scenario", ".ps1", ".js",    ".ts",  ".html",
                                                       ".css",      ".sh",  ".cmake", ".json"};
constexpr std::array<std::string_view, 2> kScripts{"dev", "run"};

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

bool isText(const fs::path& path) {
    return contains(kExtensions, path.extension().string()) || contains(kScripts, path.filename().string());
}

SourceFile readFile(const fs::path& root, const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return sourceFile(fs::relative(path, root).generic_string(), text.str());
}

void readFolder(const fs::path& root, const fs::path& folder, std::vector<SourceFile>& files) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (entry.is_directory() && !contains(kSkipped, name))
            readFolder(root, entry.path(), files);
        else if (entry.is_regular_file() && isText(entry.path()))
            files.push_back(readFile(root, entry.path()));
    }
}

} // namespace

SourceFile sourceFile(std::string path, const std::string& text) {
    SourceFile file{std::move(path), {}};
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        file.lines.push_back(line);
    return file;
}

std::vector<SourceFile> readTree(const fs::path& root) {
    std::vector<SourceFile> files;
    for (const auto folder : kFolders) {
        if (fs::is_directory(root / folder))
            readFolder(root, root / folder, files);
    }
    for (const auto& entry : fs::directory_iterator(root)) {
        if (entry.is_regular_file() && isText(entry.path()))
            files.push_back(readFile(root, entry.path()));
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

} // namespace edge::tidy

#include <edge/base/text.h>
#include <edge/tests/hostile/collection.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace edge::hostile {
namespace {

const std::string kFolder = EDGE_HOSTILE_DIR;

} // namespace

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string withCrlf(const std::string& text) {
    return replaceAll(replaceAll(text, "\r\n", "\n"), "\n", "\r\n");
}

std::vector<Case> readCollection() {
    std::vector<Case> cases;
    const auto table = readFile(kFolder + "/outcomes.tsv");
    for (const auto line : split(table, '\n')) {
        if (line.empty() || line.front() == '#')
            continue;
        const auto fields = split(line, '\t');
        if (fields.size() != 3)
            throw std::runtime_error("outcomes.tsv: " + std::string(line));
        Case row{std::string(fields[0]), std::string(fields[1]), std::string(fields[2]), {}};
        row.message = withCrlf(readFile(kFolder + "/messages/" + row.name + ".eml"));
        cases.push_back(std::move(row));
    }
    return cases;
}

std::vector<std::string> messageFiles() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder + "/messages"))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace edge::hostile

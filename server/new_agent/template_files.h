// The files of server/new_agent/template, compiled into the program. They are real sources: the test of the
// installed package builds what comes of them.
#pragma once

#include <span>
#include <string_view>

namespace edge {

struct TemplateFile {
    std::string_view path; // below the project's folder
    std::string_view text;
};

std::span<const TemplateFile> templateFiles();

} // namespace edge

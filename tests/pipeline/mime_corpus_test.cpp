// The messages of corpora/mime-messages: each is walked, compared with what GMime's own parser finds, and
// each of its parts replaced while the others keep their octets.
#include <edge/base/text.h>
#include <edge/mail/gmime_library.h>
#include <edge/mail/mime_document.h>
#include <edge/mail/mime_edit.h>
#include <edge/tests/pipeline/mime_bench.h>

#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace edge;
using namespace edge::bench;

namespace {

namespace fs = std::filesystem;

// As SMTP would carry it: CRLF, without the line that an mbox begins with.
std::string asSent(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
            text += '\r';
        text += bytes[i];
    }
    if (text.starts_with("From "))
        text.erase(0, text.find("\r\n") + 2);
    return text;
}

std::vector<fs::path> corpus() {
    std::vector<fs::path> files;
    const fs::path folder(EDGE_CORPORA "/mime-messages");
    if (fs::exists(folder))
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file() && entry.path().filename() != "README.md")
                files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (files.empty())
        MESSAGE("skipped: no corpora at " EDGE_CORPORA);
    return files;
}

// The leaves that GMime finds: "type name".
void collectLeaf(GMimeObject*, GMimeObject* object, gpointer into) {
    if (GMIME_IS_MULTIPART(object) || GMIME_IS_MESSAGE_PART(object))
        return;
    auto* type = g_mime_object_get_content_type(object);
    auto& leaves = *static_cast<std::vector<std::string>*>(into);
    leaves.push_back(asciiLower(std::string(g_mime_content_type_get_media_type(type)) + "/" +
                                g_mime_content_type_get_media_subtype(type)));
}

std::vector<std::string> gmimeLeaves(const std::string& message) {
    requireGmime();
    auto* stream = g_mime_stream_mem_new_with_buffer(message.data(), message.size());
    auto* parser = g_mime_parser_new_with_stream(stream);
    auto* parsed = g_mime_parser_construct_message(parser, nullptr);
    std::vector<std::string> leaves;
    if (parsed) {
        g_mime_message_foreach(parsed, collectLeaf, &leaves);
        g_object_unref(parsed);
    }
    g_object_unref(parser);
    g_object_unref(stream);
    return leaves;
}

} // namespace

TEST_CASE("Every message of the corpus is walked, decoded and shown") {
    for (const auto& path : corpus()) {
        const auto item = mimeItem(asSent(path));
        const auto document = mimeOf(*item);
        if (!document) {
            CHECK_MESSAGE(document.error().code == Errc::LimitExceeded, path.string());
            continue;
        }
        for (const auto& part : (*document)->parts()) {
            CHECK((*document)->text(part, 10'000).has_value());
            CHECK(part.depth <= 30);
        }
    }
}

TEST_CASE("Every leaf that GMime finds in the corpus is found") {
    std::size_t agreed = 0;
    for (const auto& path : corpus()) {
        const auto message = asSent(path);
        const auto item = mimeItem(message);
        const auto document = mimeOf(*item);
        if (!document)
            continue;
        std::vector<std::string> ours;
        for (const auto& part : (*document)->parts()) {
            const bool complete = part.contentType.find('/') != std::string::npos;
            ours.push_back(complete ? part.contentType : "application/octet-stream"); // GMime's word for it
            // Of a header that runs into the first part, GMime ends it there; for us the part's fields
            // repeat.
            ours.insert(ours.end(), part.otherContentTypes.begin(), part.otherContentTypes.end());
        }
        for (const auto& leaf : gmimeLeaves(message)) {
            const auto found = std::find(ours.begin(), ours.end(), leaf);
            CHECK_MESSAGE(found != ours.end(), path.string(), ": ", leaf, "\n",
                          outline(*item).substr(0, 2000));
            if (found != ours.end()) {
                ours.erase(found);
                ++agreed;
            }
        }
    }
    MESSAGE("leaves that both found: ", agreed);
}

TEST_CASE("Replacing any part of a corpus message leaves the octets before and behind it") {
    for (const auto& path : corpus()) {
        const auto message = asSent(path);
        const auto original = mimeItem(message);
        const auto document = mimeOf(*original);
        if (!document)
            continue;
        const auto body = original->body.readAll(1 << 26).value();
        const auto count = std::min<std::size_t>((*document)->parts().size(), 20);
        for (std::size_t i = 1; i < count; ++i) {
            const auto& part = (*document)->parts()[i];
            if (part.container != MimePart::kNone)
                continue;
            const auto item = mimeItem(message);
            REQUIRE(replaceParts(*item, {textReplacement(i, "gone.txt", "Gone.")}).has_value());
            const auto edited = item->body.readAll(1 << 26).value();
            const auto before = body.substr(0, part.headerOffset);
            const auto behind = body.substr(part.offset + part.length);
            CHECK_MESSAGE(edited.starts_with(before), path.string(), " part ", i);
            CHECK_MESSAGE(edited.ends_with(behind), path.string(), " part ", i);
            const auto again = mimeOf(*item).value();
            CHECK_MESSAGE(again->parts()[i].fileNames == std::vector<std::string>{"gone.txt"}, path.string(),
                          " part ", i);
            CHECK(item->headers.toBytes() == original->headers.toBytes());
        }
    }
}

TEST_CASE("Cut into pieces, the messages of the corpus have the same parts") {
    for (const auto& path : corpus()) {
        const auto message = asSent(path);
        const auto item = mimeItem(message);
        const std::vector<ContentField> header{
            {"Content-Type", std::string(item->headers.getRaw("Content-Type").value_or(""))}};
        const auto body = item->body.readAll(1 << 26).value();
        CHECK_MESSAGE(walkInPieces(header, body, 7) == walkInPieces(header, body, body.size() + 1),
                      path.string());
    }
}

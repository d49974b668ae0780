#include <edge/base/time_text.h>
#include <edge/server/shell/json_text.h>

#include <boost/json.hpp>

namespace edge {
namespace {

using Kind = CmdletValue::Kind;

boost::json::value jsonOf(const CmdletValue& value, int depth) {
    switch (value.kind()) {
    case Kind::Null:
        return nullptr;
    case Kind::Bool:
        return *value.as<bool>();
    case Kind::Integer:
        return *value.as<std::int64_t>();
    case Kind::DateTime:
        return boost::json::value(isoTime(*value.as<UtcTime>()));
    case Kind::List: {
        if (depth <= 0)
            break;
        boost::json::array array;
        for (const auto& element : *value.as<CmdletList>())
            array.push_back(jsonOf(element, depth - 1));
        return array;
    }
    case Kind::Table: {
        if (depth <= 0)
            break;
        boost::json::object object;
        for (const auto& [key, entry] : *value.as<CmdletTable>())
            object[key] = jsonOf(entry, depth - 1);
        return object;
    }
    case Kind::Object: {
        if (depth <= 0)
            break;
        boost::json::object object;
        for (const auto& [name, property] : (*value.as<CmdletObjectPtr>())->properties)
            object[name] = jsonOf(property, depth - 1);
        return object;
    }
    default:
        break;
    }
    return boost::json::value(value.toText());
}

// Boost.JSON has no indented form; its serializer does everything but the line ends.
void print(const boost::json::value& value, const std::string& margin, std::string& text) {
    const auto inner = margin + "  ";
    if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
        text += "[\n";
        for (const auto& element : *array) {
            text += inner;
            print(element, inner, text);
            text += &element == &array->back() ? "\n" : ",\n";
        }
        text += margin + "]";
        return;
    }
    const auto* object = value.if_object();
    if (object == nullptr || object->empty()) {
        text += boost::json::serialize(value);
        return;
    }
    text += "{\n";
    std::size_t left = object->size();
    for (const auto& [name, member] : *object) {
        text += inner + boost::json::serialize(boost::json::value(name)) + ": ";
        print(member, inner, text);
        text += --left == 0 ? "\n" : ",\n";
    }
    text += margin + "}";
}

} // namespace

std::string toJson(const CmdletValue& value, bool compress, int depth) {
    const auto json = jsonOf(value, depth);
    if (compress)
        return boost::json::serialize(json);
    std::string text;
    print(json, "", text);
    return text;
}

} // namespace edge

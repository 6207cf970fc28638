#include "tool/support/arguments.hpp"

#include "tool/support/files.hpp"

namespace bridge32::tool {

namespace {

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// As nlohmann's own, but for an integer of more than 64 bits, of which that makes a double.
class JsonBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
public:
    explicit JsonBuilder(Json& result) : json_sax_dom_parser(result, /*allow_exceptions_=*/false) {}

    bool number_float(double value, const std::string& text) {
        if (text.find_first_of(".eE") == std::string::npos) {
            throw WrongUsage(text + " does not fit 64 bits; write " + text +
                             ".0 for the nearest real number");
        }
        return json_sax_dom_parser::number_float(value, text);
    }
};

/// Discarded if `text` is not JSON.
Json parse_json(const std::string& text) {
    Json result;
    JsonBuilder builder(result);
    return Json::sax_parse(text, &builder) ? result : Json(Json::value_t::discarded);
}

/// The NAME of "NAME=value"; empty if the word has another form.
std::string name_before_equals(const std::string& word) {
    std::size_t end = 0;
    while (end < word.size() && is_word_character(word[end]))
        ++end;
    const bool fit =
        end > 0 && end < word.size() && word[end] == '=' && (word[0] < '0' || word[0] > '9');
    return fit ? word.substr(0, end) : std::string();
}

const Json* parameter(const Json& method, const std::string& name) {
    if (!method.is_object() || !method.contains("parameters")) return nullptr;
    for (const auto& one : method["parameters"]) {
        if (one.value("name", "") == name) return &one;
    }
    return nullptr;
}

const Json* parameter(const Json& method, std::size_t index) {
    if (!method.is_object() || !method.contains("parameters")) return nullptr;
    const auto& all = method["parameters"];
    return index < all.size() ? &all[index] : nullptr;
}

bool is_text(const Json* about) {
    if (about == nullptr) return false;
    const std::string type = about->value("type", "");
    return type == "string" || type == "optional string";
}

bool is_bytes(const Json* about) {
    return about != nullptr && about->value("type", "").find("bytes") != std::string::npos;
}

AnyValue from_file(const std::string& name) {
    const std::string content = read_file(name);
    if (name.ends_with(".npy")) return parse_npy(content, name);
    return Json::binary({content.begin(), content.end()});
}

/// `about`: the parameter, null if unknown.
AnyValue parse_value(const std::string& word, const Json* about) {
    if (word.size() > 1 && word[0] == '@') return from_file(word.substr(1));
    // A text may be any number.
    Json json =
        is_text(about) ? Json::parse(word, nullptr, /*allow_exceptions=*/false) : parse_json(word);
    if (is_text(about)) {
        const bool means_null = json.is_null() && about->value("type", "").starts_with("optional");
        if (json.is_string() || means_null) return json;
        return Json(word);
    }
    if (is_bytes(about)) {
        const bool means_null = json.is_null() && about->value("type", "").starts_with("optional");
        if (json.is_array() || json.is_object() || means_null) return json;
        // A number, say, is text here.
        const std::string text = json.is_string() ? json.get<std::string>() : word;
        return Json::binary({text.begin(), text.end()});
    }
    if (json.is_discarded()) {
        // Malformed JSON passed on as text would be a puzzle.
        if (word.starts_with('[') || word.starts_with('{')) {
            throw WrongUsage("this argument looks like JSON but is not valid: " + word +
                             "\nIn a shell, put JSON in single quotes: '{\"name\":\"x\"}'");
        }
        json = word;
    }
    return json;
}

}  // namespace

std::vector<Argument> parse_arguments(const std::vector<std::string>& words, const Json& method) {
    std::vector<Argument> arguments;
    std::size_t position = 0;
    for (const auto& word : words) {
        const std::string name = name_before_equals(word);
        const Json* const named = name.empty() ? nullptr : parameter(method, name);
        const Json* const placed = parameter(method, position);
        if (!name.empty() && (named != nullptr || !is_text(placed))) {
            arguments.push_back({name, parse_value(word.substr(name.size() + 1), named)});
        } else {
            arguments.push_back({"", parse_value(word, placed)});
            ++position;
        }
    }
    return arguments;
}

Json parse_kwargs(const std::vector<std::string>& words) {
    Json kwargs = Json::object();
    for (const auto& word : words) {
        const std::string name = name_before_equals(word);
        if (!name.empty()) {
            Json value = parse_json(word.substr(name.size() + 1));
            kwargs[name] = value.is_discarded() ? Json(word.substr(name.size() + 1)) : value;
            continue;
        }
        const Json object = parse_json(word);
        if (!object.is_object()) {
            throw WrongUsage("--kwargs takes NAME=VALUE or a JSON object, not: " + word);
        }
        kwargs.update(object);
    }
    return kwargs;
}

std::vector<std::string> split_words(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    int depth = 0;      // of JSON brackets; spaces inside do not separate words
    char quote = '\0';  // the open one
    bool begun = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote != '\0') {
            const bool closes = c == quote;
            const bool keep = depth > 0 || quote == '"';
            if (c == '\\' && quote == '"' && i + 1 < line.size()) {
                word += c;
                word += line[++i];
                continue;
            }
            if (!closes || keep) word += c;
            if (closes) quote = '\0';
        } else if (c == '"' || (c == '\'' && depth == 0)) {
            quote = c;
            begun = true;
            if (c == '"') word += c;  // a JSON string needs its quotes
        } else if ((c == ' ' || c == '\t') && depth == 0) {
            if (begun) words.push_back(word);
            word.clear();
            begun = false;
        } else {
            depth += c == '[' || c == '{' ? 1 : (c == ']' || c == '}') && depth > 0 ? -1 : 0;
            word += c;
            begun = true;
        }
    }
    if (begun) words.push_back(word);
    return words;
}

}  // namespace bridge32::tool

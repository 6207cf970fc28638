// sdk/PROTOCOL.md says of the layout what the code says.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "unit/wire/layout_fields.hpp"

namespace protocol_document_test {

using namespace bridge32;
using bridge32::test::LayoutField;

namespace {

std::string document() {
    const auto root = std::filesystem::path(__FILE__).parent_path() / ".." / ".." / "..";
    std::ifstream file(root / "sdk" / "PROTOCOL.md", std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" `");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" `") - first + 1);
}

/// The cells of "| a | b |".
std::vector<std::string> cells(const std::string& row) {
    std::vector<std::string> result;
    std::istringstream stream(row.substr(1));
    for (std::string cell; std::getline(stream, cell, '|');)
        result.push_back(trimmed(cell));
    return result;
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

struct Table {
    std::uint64_t size = 0;
    std::vector<LayoutField> rows;
};

/// The offset tables: below "### Name, N bytes", rows of offset, size and field.
std::map<std::string, Table> tables() {
    std::map<std::string, Table> result;
    Table* table = nullptr;
    std::istringstream stream(document());
    for (std::string line; std::getline(stream, line);) {
        const auto comma = line.find(", ");
        if (line.starts_with("### ") && comma != std::string::npos && line.ends_with(" bytes")) {
            table = &result[line.substr(4, comma - 4)];
            table->size = std::stoull(line.substr(comma + 2));
        } else if (line.starts_with("#")) {
            table = nullptr;
        } else if (table != nullptr && line.starts_with("| ")) {
            const auto row = cells(line);
            if (row[0] == "offset" || row[0].starts_with("---")) continue;
            if (row.size() < 3 || !is_number(row[0]) || !is_number(row[1])) {
                table = nullptr;  // another table of the same section
                continue;
            }
            table->rows.push_back({row[2], std::stoull(row[0]), std::stoull(row[1])});
        }
    }
    return result;
}

}  // namespace

TEST_CASE("protocol document: its tables are the code's structs") {
    auto documented = tables();

    for (const auto& type : test::layout_structs()) {
        CAPTURE(type.name);
        REQUIRE(documented.contains(type.name));
        const Table& table = documented[type.name];
        CHECK(table.size == type.size);
        std::size_t fields = 0;
        for (const auto& row : table.rows) {
            CAPTURE(row.name);
            if (row.name == "reserved") continue;
            const auto field =
                std::find_if(type.fields.begin(), type.fields.end(),
                             [&](const auto& candidate) { return candidate.name == row.name; });
            REQUIRE(field != type.fields.end());
            CHECK(row.offset == field->offset);
            CHECK(row.size == field->size);
            ++fields;
        }
        CHECK(fields == type.fields.size());
        documented.erase(type.name);
    }

    CHECK(documented.empty());
}

TEST_CASE("protocol document: its tables leave no byte out") {
    for (const auto& [heading, table] : tables()) {
        const std::string& name = heading;
        CAPTURE(name);
        std::uint64_t end = 0;
        for (const auto& row : table.rows) {
            CAPTURE(row.name);
            CHECK(row.offset == end);
            end = row.offset + row.size;
        }
        CHECK(end == table.size);
    }
}

TEST_CASE("protocol document: its numbers are the code's constants") {
    const std::string text = document();
    const auto says = [&text](const std::string& line) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    };
    const auto row = [&says](const std::string& what, std::uint64_t value) {
        says("| " + what + " | " + std::to_string(value));
    };
    const auto number = [](auto value) {
        return std::to_string(static_cast<std::uint64_t>(value));
    };

    says("It describes version " + number(wire::kWireVersion) + ".");
    says("+ " + number(wire::kCrashOffset));
    says("+ " + number(wire::kRingsOffset));
    says("|  " + number(wire::kCrashBytes / 1024) + " KiB, the host's");
    row("a frame, in a ring or an arena", wire::kMaxFrameBytes);
    says("| `ring_bytes` | " + number(wire::kMinRingBytes) + " to " + number(wire::kMaxRingBytes));
    says(number(wire::kDefaultRingBytes) + " by default");
    row("attachments of a message", wire::kMaxAttachments);
    row("blocks of an arena segment", wire::kArenaSlots);
    row("clients that post at the same moment", wire::kControlSlots);
    says("| " + number(wire::HostState::kAbsent) + " | nobody has attached yet |");
    says("| " + number(wire::HostState::kAttached) + " | the host reads requests |");
    says("| " + number(wire::HostState::kRefused) + " | the host looked");
    says("| " + number(wire::HostState::kGone) + " | the host has closed");
    says("| " + number(wire::HostState::kCrashed) + " | the host is dying");
    says(number(wire::WaitMode::kAdaptive) + " adaptive, " + number(wire::WaitMode::kSpin) +
         " spin, " + number(wire::WaitMode::kBlock) + " block");
    says("| " + number(wire::FrameKind::kPadding) + " | padding |");
    says("| " + number(wire::FrameKind::kOpen) + " | open |");
    says("| " + number(wire::FrameKind::kRequest) + " | request |");
    says("| " + number(wire::FrameKind::kReply) + " | reply |");
    says("| " + number(wire::FrameKind::kClose) + " | close |");
    says("| " + number(wire::FrameKind::kEvent) + " | event |");
    says("| " + number(wire::FrameKind::kCallback) + " | callback |");
    says("| " + number(wire::FrameKind::kCallbackReply) + " | callback reply |");
    says("| " + number(wire::FrameKind::kCancel) + " | cancel |");
    says("| " + number(wire::kNoReply) + " | no reply |");
    says("| " + number(wire::kIndirect) + " | indirect |");
}

}  // namespace protocol_document_test

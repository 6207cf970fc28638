// Where in a PE file the addresses of the loaded image lie.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binary/image_reader.hpp"
#include "binary/pe_structs.hpp"

namespace bridge32::binary::pe {

/// The headers, directories and sections of a file. None when it is not a PE file.
class Sections {
public:
    explicit Sections(ImageReader& reader) : reader_(reader) {
        const auto at = reader.get<std::uint32_t>(kNewHeaderAt);
        if (!at || reader.get<std::uint32_t>(*at) != kSignature) return;
        const std::uint64_t header_at = std::uint64_t{*at} + sizeof kSignature;
        header_ = reader.get<FileHeader>(header_at);
        optional_at_ = header_at + sizeof(FileHeader);
        const auto magic = reader.get<std::uint16_t>(optional_at_);
        if (!header_ || (magic != kMagic32 && magic != kMagic64)) return;
        bits_ = magic == kMagic32 ? 32 : 64;
        for (std::uint64_t i = 0; i < header_->section_count; ++i) {
            const auto section = reader.get<SectionHeader>(optional_at_ + header_->optional_size +
                                                           i * sizeof(SectionHeader));
            if (!section) return;
            sections_.push_back(*section);
        }
    }

    /// 32 or 64; 0: it is not a PE file, or its headers are not there.
    int bits() const noexcept { return bits_; }
    const FileHeader& header() const noexcept { return *header_; }
    /// Fewer than the header promises where the file ends before.
    const std::vector<SectionHeader>& all() const noexcept { return sections_; }

    /// Nothing when the file has no such directory.
    std::optional<Directory> directory(std::uint32_t index) {
        if (bits_ == 0) return std::nullopt;
        const std::uint64_t count_at = optional_at_ + (bits_ == 32 ? 92 : 108);
        if (reader_.get<std::uint32_t>(count_at).value_or(0) <= index) return std::nullopt;
        const auto found = reader_.get<Directory>(count_at + 4 + index * sizeof(Directory));
        return found && found->address != 0 ? found : std::nullopt;
    }

    std::optional<std::uint64_t> file_offset(std::uint64_t address) const {
        for (const SectionHeader& section : sections_) {
            if (address >= section.address && address - section.address < section.file_size) {
                return std::uint64_t{section.offset} + (address - section.address);
            }
        }
        return std::nullopt;
    }

    template <class T>
    std::optional<T> at(std::uint64_t address) {
        const auto offset = file_offset(address);
        return offset ? reader_.get<T>(*offset) : std::nullopt;
    }

    /// The zero-terminated text at `address`; empty when there is none.
    std::string text(std::uint64_t address, std::uint64_t max_size) {
        const auto offset = file_offset(address);
        return offset ? reader_.text(*offset, max_size).value_or("") : std::string();
    }

private:
    ImageReader& reader_;
    std::optional<FileHeader> header_;
    std::uint64_t optional_at_ = 0;
    int bits_ = 0;
    std::vector<SectionHeader> sections_;
};

}  // namespace bridge32::binary::pe

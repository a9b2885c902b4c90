#include "store/model_cache.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "boundary/errors.hpp"
#include "store/checksum.hpp"

namespace fs = std::filesystem;

namespace iecore {

namespace {

constexpr const char* kSeal = "checksums";
constexpr const char* kPartial = ".partial-";
// Private folders older than this were left by a killed process; no network compiles that long.
constexpr std::chrono::hours kStale{24};

std::string ChecksumOf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  Checksum checksum;
  std::vector<char> piece(size_t{1} << 20);
  while (stream.good()) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    checksum.Add(piece.data(), static_cast<size_t>(stream.gcount()));
  }
  if (!stream.eof()) throw std::runtime_error("cannot read " + file.string());
  return checksum.Hex();
}

// The content of the file of checksums: a line for each other file.
std::string SealOf(const fs::path& folder) {
  std::map<std::string, std::string> checksums;
  for (const auto& item : fs::directory_iterator(folder)) {
    const std::string name = item.path().filename().string();
    if (name != kSeal) checksums.emplace(name, ChecksumOf(item.path()));
  }
  std::string lines;
  for (const auto& [name, checksum] : checksums)
    lines.append(checksum).append(1, ' ').append(name).append(1, '\n');
  return lines;
}

std::string ReadSeal(const fs::path& folder) {
  std::ifstream stream(folder / kSeal, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open()) throw std::runtime_error("cannot read " + folder.string());
  return text.str();
}

void WriteSeal(const fs::path& folder) {
  std::ofstream stream(folder / kSeal, std::ios::binary);
  stream << SealOf(folder);
  stream.close();
  if (!stream) throw std::runtime_error("cannot write " + folder.string());
}

// Throws unless a file larger than the largest of a folder can be written. Runtimes before 2026 do
// not notice that their files were truncated, for example because the disk is full.
void CheckRoom(const fs::path& folder) {
  const std::vector<char> more(size_t{1} << 20);
  uintmax_t largest = 0;
  for (const auto& item : fs::directory_iterator(folder))
    largest = std::max(largest, fs::file_size(item.path()));
  const fs::path trial = folder / "trial";
  std::ofstream stream(trial, std::ios::binary);
  stream.write(more.data(), static_cast<std::streamsize>(more.size()));
  stream.close();
  if (!stream) throw std::runtime_error("cannot write " + trial.string());
  fs::resize_file(trial, largest + more.size());
  fs::remove(trial);
}

// Puts the files of a folder into another folder too: as hard links, or as copies if the file
// system has no links. Throws for anything but regular files, because opening a FIFO may block
// forever.
void Link(const fs::path& from, const fs::path& to) {
  for (const auto& item : fs::directory_iterator(from)) {
    if (!fs::is_regular_file(item.symlink_status()))
      throw std::runtime_error(item.path().string() + " is not a regular file");
    const fs::path target = to / item.path().filename();
    std::error_code error;
    fs::create_hard_link(item.path(), target, error);
    if (error) fs::copy_file(item.path(), target);
  }
}

void Clear(const fs::path& folder) {
  for (const auto& item : fs::directory_iterator(folder)) fs::remove_all(item.path());
}

void Remove(const fs::path& path) {
  std::error_code ignored;
  if (!path.empty()) fs::remove_all(path, ignored);
}

fs::path NewFolder(const fs::path& root) {
  std::random_device device;
  std::ostringstream name;
  name << kPartial << std::hex << device() << device();
  fs::path folder = root / name.str();
  fs::create_directory(folder);
  return folder;
}

// Private folders for a read-only cache are in the system's folder for temporary files.
fs::path NewFolderFor(const fs::path& root) {
  try {
    return NewFolder(root);
  } catch (const std::exception&) {
    return NewFolder(fs::temp_directory_path());
  }
}

void RemoveLeftovers(const fs::path& root) {
  const auto now = fs::file_time_type::clock::now();
  for (const auto& item : fs::directory_iterator(root)) {
    std::error_code error;
    const auto time = fs::last_write_time(item.path(), error);
    if (!error && item.path().filename().string().rfind(kPartial, 0) == 0 && now - time > kStale)
      Remove(item.path());
  }
}

std::map<std::string, fs::file_time_type> TimesIn(const fs::path& folder) {
  std::map<std::string, fs::file_time_type> times;
  for (const auto& item : fs::directory_iterator(folder)) {
    const std::string name = item.path().filename().string();
    if (name != kSeal) times.emplace(name, fs::last_write_time(item.path()));
  }
  return times;
}

}  // namespace

ModelCache::ModelCache(const std::string& folder, const std::string& name)
    : root_(fs::u8path(folder)), entry_(root_ / name) {
  std::error_code error;
  fs::create_directories(root_, error);
  if (!fs::is_directory(root_)) {
    throw Coded(kFileNotWritable,
                "Cannot create the cache folder " + folder + ": " +
                    (error ? error.message() : std::string("a file of that name exists")));
  }
  try {
    Open();
  } catch (const std::exception&) {
    // Continue without the cache. The entry stays: a file that cannot be read now may be readable
    // later.
    Remove(own_);
    own_.clear();
  }
}

ModelCache::~ModelCache() { Remove(own_); }

void ModelCache::Open() {
  RemoveLeftovers(root_);
  own_ = NewFolderFor(root_);
  if (!fs::exists(entry_)) return;
  try {
    Link(entry_, own_);
    if (ReadSeal(own_) != SealOf(own_)) {
      Clear(own_);
      Remove(entry_);
    }
  } catch (const std::exception&) {
    Clear(own_);
  }
  fs::remove(own_ / kSeal);
  taken_ = TimesIn(own_);
}

std::string ModelCache::Folder() const { return own_.u8string(); }

void ModelCache::Keep() const {
  if (own_.empty()) return;
  fs::path fresh;
  try {
    if (TimesIn(own_) == taken_) return;
    fresh = NewFolder(root_);
    CheckRoom(own_);
    Link(own_, fresh);
    WriteSeal(fresh);
    Remove(entry_);
    // Fails if another process was faster; the entry of that process stays.
    fs::rename(fresh, entry_);
  } catch (const std::exception&) {
    Remove(fresh);
  }
}

}  // namespace iecore

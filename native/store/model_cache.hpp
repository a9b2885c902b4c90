// A folder of compiled networks that the runtime may trust. The runtime writes its files in place
// and reads them back unchecked: damaged weights give wrong answers. So it works in a folder of its
// own here, and what it wrote there comes into the cache whole, with checksums, and goes out
// checked.
//
//   CACHE_DIR/NAME/              an entry: the runtime's files, and their checksums
//   CACHE_DIR/.partial-RANDOM/   what a process works in
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace iecore {

class ModelCache {
 public:
  // `name` chooses among the entries. A damaged entry is removed. Throws where there can be no such
  // folder.
  ModelCache(const std::string& folder, const std::string& name);
  ~ModelCache();
  ModelCache(const ModelCache&) = delete;
  ModelCache& operator=(const ModelCache&) = delete;

  // What the runtime is to take for its cache folder; empty, which is none, where nothing can be
  // written.
  std::string Folder() const;

  // Takes over what the runtime wrote since. A cache that cannot be written is no failure.
  void Keep() const;

 private:
  using Times = std::map<std::string, std::filesystem::file_time_type>;

  void Open();

  std::filesystem::path root_;
  std::filesystem::path entry_;
  std::filesystem::path own_;
  Times taken_;
};

}  // namespace iecore

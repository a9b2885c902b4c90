// Keeps compiled networks in CACHE_DIR, with checksums that are verified before the runtime reads
// them.
//
// The runtime writes its cache files in place and reads them without a check, so damaged weights
// give wrong results. Here it works in a private folder instead. The files that it wrote become an
// entry of the cache in one step, with their checksums; the files of an entry are checked before
// the runtime gets them.
//
//   CACHE_DIR/NAME/              an entry: the runtime's files and their checksums
//   CACHE_DIR/.partial-RANDOM/   the private folder of a process
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace iecore {

class ModelCache {
 public:
  // Opens the entry `name` of the cache `folder`, or prepares a new entry. Removes the entry if it
  // is damaged. Throws FILE_NOT_WRITABLE if the cache folder cannot be created.
  ModelCache(const std::string& folder, const std::string& name);
  ~ModelCache();
  ModelCache(const ModelCache&) = delete;
  ModelCache& operator=(const ModelCache&) = delete;

  // The folder to give to the runtime as its CACHE_DIR; empty, which means no cache, if no folder
  // can be written.
  std::string Folder() const;

  // Stores the files that the runtime has written as an entry of the cache. It is not an error if
  // the cache cannot be written.
  void Keep() const;

 private:
  using Times = std::map<std::string, std::filesystem::file_time_type>;

  void Open();

  std::filesystem::path root_;
  std::filesystem::path entry_;
  std::filesystem::path own_;  // the private folder
  Times taken_;                // when each file from the entry was written
};

}  // namespace iecore

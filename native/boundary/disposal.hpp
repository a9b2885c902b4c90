// Frees objects in a thread of its own, because freeing a network of many layers takes a second.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace iecore {

// Each environment has one object of this class. Its thread starts with the first object to free.
class Disposal {
 public:
  Disposal() = default;
  ~Disposal() { Finish(); }
  Disposal(const Disposal&) = delete;
  Disposal& operator=(const Disposal&) = delete;

  // Takes over a reference and drops it in the thread; drops it in the calling thread if memory for
  // the queue or the thread is lacking.
  template <class T>
  void Take(T item) noexcept {
    try {
      auto held = std::make_shared<T>(std::move(item));
      const std::lock_guard<std::mutex> lock(mutex_);
      if (finished_) return;
      if (!thread_.joinable()) thread_ = std::thread([this] { Work(); });
      items_.push_back(std::move(held));
      ++taken_;
      changed_.notify_all();
    } catch (const std::exception&) {
      // Memory or a thread is lacking. The item is freed when this call returns.
    }
  }

  // Waits until all objects taken so far are freed, so that their memory is available to the next
  // network.
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    const uint64_t until = taken_;
    changed_.wait(lock, [&] { return freed_ >= until; });
  }

  // Frees the remaining items and ends the thread. Afterwards Take() frees items itself.
  void Finish() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      finished_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return finished_ || !items_.empty(); });
      if (items_.empty()) return;
      std::vector<std::shared_ptr<void>> items = std::move(items_);
      items_.clear();
      lock.unlock();
      const size_t count = items.size();
      items.clear();
      lock.lock();
      freed_ += count;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
  std::vector<std::shared_ptr<void>> items_;
  uint64_t taken_ = 0;
  uint64_t freed_ = 0;
  bool finished_ = false;
};

}  // namespace iecore

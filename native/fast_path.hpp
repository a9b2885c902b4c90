// Decides which asynchronous inferences run in the calling thread, because handing them to another
// thread would take longer.
#pragma once

#include <algorithm>

namespace iecore {

// Each request has one object of this class. All times are in milliseconds.
class FastPath {
 public:
  // `steady` means that input values do not affect how long an inference takes, so that the last
  // inference predicts the next.
  explicit FastPath(bool steady) : steady_(steady) {}

  // Whether the next inference may run in the calling thread; `latency` is that of the last one, 0
  // if there was none.
  bool Allows(double latency) const {
    return steady_ && pause_ == 0 && latency > 0 && latency < kMaybeQuick;
  }

  // Counts an inference that ran in the calling thread. If it was not quick, a number of inferences
  // run in other threads before the next try; the number doubles each time.
  void RanHere(double latency) {
    if (latency < kQuick) {
      next_pause_ = 1;
    } else {
      pause_ = next_pause_;
      next_pause_ = std::min(2 * next_pause_, kLongestPause);
    }
  }

  // Counts an inference that ran in another thread.
  void RanElsewhere() { pause_ = std::max(pause_ - 1, 0); }

  // Called after each inference in the calling thread. Returns whether the caller has to yield to
  // the event loop. A program that awaits one quick inference after the other would otherwise
  // starve timers and I/O.
  static bool MustYield() {
    runs_ = (runs_ + 1) % kRunsPerYield;
    return runs_ == 0;
  }

 private:
  static constexpr double kQuick = 0.05;       // waking up another thread takes about this long
  static constexpr double kMaybeQuick = 0.25;  // a quick inference and a wake-up may take this long
  static constexpr int kLongestPause = 1024;   // inferences
  static constexpr unsigned kRunsPerYield = 64;  // inferences per iteration of the event loop

  bool steady_;
  int pause_ = 0;
  int next_pause_ = 1;
  // Shared by all requests of a thread, because they share its event loop.
  static inline thread_local unsigned runs_ = 0;
};

}  // namespace iecore

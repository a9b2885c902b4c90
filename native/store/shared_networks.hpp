// Networks that one thread of the process has loaded and others may take up.
#pragma once

#include <memory>
#include <mutex>
#include <openvino/runtime/compiled_model.hpp>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/value_rules.hpp"
#include "store/model_cache.hpp"

namespace iecore {

// A network, the folder that its device may still write to, and what its graph told; an imported
// network has no graph to ask.
struct Loaded {
  ov::CompiledModel network;
  std::shared_ptr<ModelCache> cache;
  bool steady = false;
  std::vector<ValueRule> rules;
};

// A network with what lib/ knows of its ports.
struct SharedNetwork {
  Loaded loaded;
  std::string ports;
};

// A network that is listed for all threads of the process as long as this lives. What a thread took
// up is its own: it stays when it is no longer listed.
class Listing {
 public:
  explicit Listing(SharedNetwork network) : ticket_(NewTicket()) {
    List& list = List::Instance();
    const std::lock_guard<std::mutex> lock(list.mutex);
    list.networks.emplace(ticket_, std::move(network));
  }

  ~Listing() {
    List& list = List::Instance();
    // What goes with it goes without the lock.
    decltype(list.networks)::node_type removed;
    const std::lock_guard<std::mutex> lock(list.mutex);
    removed = list.networks.extract(ticket_);
  }

  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;

  const std::string& Ticket() const { return ticket_; }

  static std::optional<SharedNetwork> Find(const std::string& ticket) {
    List& list = List::Instance();
    const std::lock_guard<std::mutex> lock(list.mutex);
    const auto found = list.networks.find(ticket);
    if (found == list.networks.end()) return std::nullopt;
    return found->second;
  }

 private:
  struct List {
    // Never destroyed: threads may outlive the static objects at exit.
    static List& Instance() {
      static auto& instance = *new List();
      return instance;
    }

    std::mutex mutex;
    std::unordered_map<std::string, SharedNetwork> networks;
  };

  static std::string NewTicket() {
    std::random_device device;
    std::ostringstream ticket;
    for (int i = 0; i < 4; ++i) ticket << std::hex << device() << '-';
    return ticket.str();
  }

  std::string ticket_;
};

}  // namespace iecore

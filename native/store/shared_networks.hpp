// Lists the loaded networks that threads of the process share, by ticket.
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

// A compiled network. The last two members describe its graph; an imported network has none.
struct LoadedNetwork {
  ov::CompiledModel network;
  std::shared_ptr<ModelCache> cache;  // set if its device may still write to the cache's folder
  bool steady = false;                // see IsSteady()
  std::vector<ValueRule> rules;       // see RulesOf()
};

// A network with the table of its ports, a text that lib/ writes and reads.
struct ListedNetwork {
  LoadedNetwork loaded;
  std::string ports;
};

// Lists a network for all threads of the process while this object exists. Threads that have
// attached the network keep it afterwards.
class Listing {
 public:
  explicit Listing(ListedNetwork network) : ticket_(NewTicket()) {
    List& list = List::Instance();
    const std::lock_guard<std::mutex> lock(list.mutex);
    list.networks.emplace(ticket_, std::move(network));
  }

  ~Listing() {
    List& list = List::Instance();
    // Declared before the lock, so that the network is freed after the lock is released.
    decltype(list.networks)::node_type removed;
    const std::lock_guard<std::mutex> lock(list.mutex);
    removed = list.networks.extract(ticket_);
  }

  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;

  const std::string& Ticket() const { return ticket_; }

  static std::optional<ListedNetwork> Find(const std::string& ticket) {
    List& list = List::Instance();
    const std::lock_guard<std::mutex> lock(list.mutex);
    const auto found = list.networks.find(ticket);
    if (found == list.networks.end()) return std::nullopt;
    return found->second;
  }

 private:
  struct List {
    // Never destroyed, because threads may still use it when static objects are destroyed.
    static List& Instance() {
      static auto& instance = *new List();
      return instance;
    }

    std::mutex mutex;
    std::unordered_map<std::string, ListedNetwork> networks;
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

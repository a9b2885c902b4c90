#include "store/cache_key.hpp"

#include <memory>
#include <openvino/op/util/multi_subgraph_base.hpp>
#include <openvino/pass/serialize.hpp>
#include <ostream>
#include <streambuf>

#include "store/blake2b.hpp"

namespace iecore {

namespace {

// Length in hexadecimal digits, which is that of SHA-256.
constexpr size_t kNameLength = 64;

// A stream buffer that keeps only the digest of the written bytes.
class DigestBuffer : public std::streambuf {
 public:
  std::string Hex() { return digest_.Hex(); }

 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    digest_.Add(bytes, static_cast<size_t>(count));
    written_ += count;
    return count;
  }

  int_type overflow(int_type value) override {
    if (traits_type::eq_int_type(value, traits_type::eof())) return traits_type::not_eof(value);
    const char byte = traits_type::to_char_type(value);
    xsputn(&byte, 1);
    return value;
  }

  // Supports only tellp(), which is all that serializing a graph needs.
  pos_type seekoff(off_type offset, std::ios_base::seekdir from,
                   std::ios_base::openmode /*which*/) override {
    return offset == 0 && from == std::ios_base::cur ? pos_type(written_) : pos_type(off_type{-1});
  }

 private:
  Blake2b digest_;
  off_type written_ = 0;
};

// Replaces the names of layers, because the runtime generates new names for some layers each time
// that it reads a network.
void DropNames(ov::Model& model) {
  // An empty name would be replaced by a generated one.
  model.set_friendly_name("graph");
  size_t count = 0;
  for (const auto& operation : model.get_ordered_ops()) {
    operation->set_friendly_name(std::to_string(count++));
    auto& remarks = operation->get_rt_info();
    for (auto remark = remarks.begin(); remark != remarks.end();)
      remark = remark->first.rfind("fused_names", 0) == 0 ? remarks.erase(remark) : ++remark;
    if (const auto outer = ov::as_type_ptr<ov::op::util::MultiSubGraphOp>(operation))
      for (const auto& inner : outer->get_functions()) DropNames(*inner);
  }
}

}  // namespace

std::optional<std::string> NameInCache(const std::string& settings, const ov::Model& model) {
  const std::shared_ptr<ov::Model> copy = model.clone();
  DropNames(*copy);
  // The path of the weights' file must not change the name.
  copy->get_rt_info().erase("__weights_path");
  DigestBuffer graph;
  DigestBuffer weights;
  std::ostream graph_stream(&graph);
  std::ostream weights_stream(&weights);
  try {
    ov::pass::Serialize(graph_stream, weights_stream).run_on_model(copy);
  } catch (const std::exception&) {
    return std::nullopt;
  }
  Blake2b digest;
  for (const std::string& part : {settings, graph.Hex(), weights.Hex()}) digest.AddPiece(part);
  return digest.Hex().substr(0, kNameLength);
}

}  // namespace iecore

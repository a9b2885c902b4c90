// The C++ program that the benchmarks compare with: the same networks, calls and images.
//
// Prints one JSON object.
//
//   peer calls MODEL infer|set-infer-get|async COUNT
//   peer latency MODEL PRECISION SECONDS
//   peer throughput MODEL PRECISION SECONDS BATCH REQUESTS copied|in-place
//   peer threads MODEL PRECISION SECONDS COUNT
//   peer start MODEL
//   peer folder MODEL PRECISION FOLDER

#include <vips/vips.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <mutex>
#include <openvino/openvino.hpp>
#include <queue>
#include <random>
#include <string>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Random numbers, because the speed with zeros is not representative.
void Fill(ov::Tensor tensor) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (size_t i = 0; i < tensor.get_size(); ++i) tensor.data<float>()[i] = normal(random);
}

ov::AnyMap Config(const std::string& precision, ov::hint::PerformanceMode mode) {
  ov::AnyMap config{{ov::hint::performance_mode.name(), mode}};
  if (precision != "default") config["INFERENCE_PRECISION_HINT"] = precision;
  return config;
}

// A pool of requests.
class Queue {
 public:
  Queue(ov::CompiledModel network, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      requests_.push_back(network.create_infer_request());
      idle_.push(i);
    }
    for (size_t i = 0; i < size; ++i) {
      requests_[i].set_callback([this, i](const std::exception_ptr& error) {
        if (error) std::terminate();
        if (done) done(i);
        const std::lock_guard<std::mutex> lock(mutex_);
        idle_.push(i);
        changed_.notify_all();
      });
    }
  }

  ov::InferRequest& operator[](size_t i) { return requests_[i]; }
  size_t Size() const { return requests_.size(); }

  size_t Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return !idle_.empty(); });
    const size_t i = idle_.front();
    idle_.pop();
    return i;
  }

  void Drain() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return idle_.size() == requests_.size(); });
  }

  std::function<void(size_t)> done;

 private:
  std::vector<ov::InferRequest> requests_;
  std::queue<size_t> idle_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

void Calls(const std::string& model, const std::string& kind, size_t count) {
  ov::Core core;
  auto network = core.compile_model(model, "CPU", Config("f32", ov::hint::PerformanceMode::LATENCY));
  auto request = network.create_infer_request();
  ov::Tensor input(ov::element::f32, {1, 4});
  Fill(input);
  request.set_input_tensor(input);
  float sum = 0;
  const auto once = [&] {
    if (kind == "infer") {
      request.infer();
    } else if (kind == "set-infer-get") {
      float x[4] = {1, 2, 3, 4};
      request.set_input_tensor(ov::Tensor(ov::element::f32, {1, 4}, x));
      request.infer();
      sum += request.get_output_tensor().data<float>()[0];
    } else {
      request.start_async();
      request.wait();
      sum += request.get_output_tensor().data<float>()[0];
    }
  };
  for (size_t i = 0; i < count / 4; ++i) once();
  const auto start = Clock::now();
  for (size_t i = 0; i < count; ++i) once();
  std::printf("{\"microseconds\": %.4f, \"sum\": %g}\n", 1e6 * Since(start) / count, sum);
}

void Latency(const std::string& model, const std::string& precision, double seconds) {
  ov::Core core;
  auto network =
      core.compile_model(model, "CPU", Config(precision, ov::hint::PerformanceMode::LATENCY));
  auto request = network.create_infer_request();
  Fill(request.get_input_tensor());
  for (int i = 0; i < 10; ++i) request.infer();
  std::vector<double> times;
  const auto start = Clock::now();
  while (Since(start) < seconds) {
    const auto begin = Clock::now();
    request.infer();
    times.push_back(1e3 * Since(begin));
  }
  std::printf("{\"milliseconds\": %.5f}\n", Median(times));
}

void Throughput(const std::string& path, const std::string& precision, double seconds,
                size_t batch, size_t requests, bool copied) {
  ov::Core core;
  auto model = core.read_model(path);
  if (batch > 1) {
    ov::PartialShape shape = model->input().get_partial_shape();
    shape[0] = batch;
    model->reshape(shape);
  }
  auto network =
      core.compile_model(model, "CPU", Config(precision, ov::hint::PerformanceMode::THROUGHPUT));
  Queue queue(network, requests);
  for (size_t i = 0; i < queue.Size(); ++i) Fill(queue[i].get_input_tensor());
  ov::Tensor input(network.input().get_element_type(), network.input().get_shape());
  Fill(input);
  const auto run = [&](double limit) {
    const auto start = Clock::now();
    size_t count = 0;
    for (; Since(start) < limit; ++count) {
      ov::InferRequest& request = queue[queue.Take()];
      if (copied) input.copy_to(request.get_input_tensor());
      request.start_async();
    }
    queue.Drain();
    return static_cast<double>(count * batch) / Since(start);
  };
  run(seconds / 5);
  std::printf("{\"fps\": %.4f, \"requests\": %zu}\n", run(seconds), queue.Size());
}

// Threads with a network each, like worker threads of Node.
void Threads(const std::string& model, const std::string& precision, double seconds,
             size_t count) {
  std::atomic<size_t> ready{0};
  std::atomic<size_t> inferences{0};
  std::atomic<bool> go{false};
  std::vector<std::thread> threads;
  Clock::time_point start;
  for (size_t i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      ov::Core core;
      auto network =
          core.compile_model(model, "CPU", Config(precision, ov::hint::PerformanceMode::LATENCY));
      auto request = network.create_infer_request();
      Fill(request.get_input_tensor());
      request.infer();
      ++ready;
      while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      for (; Since(start) < seconds; ++inferences) {
        request.start_async();
        request.wait();
      }
    });
  }
  while (ready < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  start = Clock::now();
  go = true;
  for (std::thread& thread : threads) thread.join();
  std::printf("{\"fps\": %.3f}\n", inferences / Since(start));
}

void Start(const std::string& model) {
  auto last = Clock::now();
  const auto step = [&] {
    const double milliseconds = 1e3 * Since(last);
    last = Clock::now();
    return milliseconds;
  };
  ov::Core core;
  const double runtime = step();
  const auto read = core.read_model(model);
  const double reading = step();
  auto network = core.compile_model(read, "CPU");
  const double loading = step();
  auto request = network.create_infer_request();
  Fill(request.get_input_tensor());
  request.infer();
  const double inferring = step();
  std::printf(
      "{\"first\": %g, \"steps\": {\"runtime\": %.2f, \"read\": %.2f, \"load\": %.2f, \"infer\": "
      "%.2f}}\n",
      request.get_output_tensor().data<float>()[0], runtime, reading, loading, inferring);
}

[[noreturn]] void FailVips(const std::string& file) {
  std::fprintf(stderr, "%s: %s\n", file.c_str(), vips_error_buffer());
  std::exit(1);
}

// Decodes the centre of an image as the package's loadImage() does: 7/8 of the largest square.
void Decode(const std::string& file, int side, uint8_t* pixels) {
  const int whole = static_cast<int>(side / 0.875 + 0.5);
  VipsImage* small = nullptr;
  VipsImage* middle = nullptr;
  if (vips_thumbnail(file.c_str(), &small, whole, "height", whole, "crop", VIPS_INTERESTING_CENTRE,
                     nullptr) != 0 ||
      vips_extract_area(small, &middle, (whole - side) / 2, (whole - side) / 2, side, side,
                        nullptr) != 0) {
    FailVips(file);
  }
  size_t size = 0;
  void* data = vips_image_write_to_memory(middle, &size);
  if (data == nullptr || size != static_cast<size_t>(side) * side * 3) FailVips(file);
  std::memcpy(pixels, data, size);
  g_free(data);
  g_object_unref(middle);
  g_object_unref(small);
}

// One thread for each processor decodes images, directly into the memory of a request.
void Folder(const std::string& path, const std::string& precision, const std::string& folder) {
  constexpr int kSide = 224;
  vips_concurrency_set(1);
  ov::Core core;
  ov::preprocess::PrePostProcessor steps(core.read_model(path));
  steps.input().tensor().set_element_type(ov::element::u8).set_layout("NHWC");
  steps.input().model().set_layout("NCHW");
  auto network = core.compile_model(steps.build(), "CPU",
                                    Config(precision, ov::hint::PerformanceMode::THROUGHPUT));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  std::vector<size_t> classes(files.size());
  const auto start = Clock::now();
  // One request for each image that is being decoded, in addition to those that infer.
  Queue queue(network, network.get_property(ov::optimal_number_of_infer_requests) +
                           std::thread::hardware_concurrency());
  std::vector<size_t> image(queue.Size());  // by request
  queue.done = [&](size_t i) {
    const ov::Tensor scores = queue[i].get_output_tensor();
    const auto* data = scores.data<float>();
    classes[image[i]] = std::max_element(data, data + scores.get_size()) - data;
  };
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < std::thread::hardware_concurrency(); ++t) {
    threads.emplace_back([&] {
      for (size_t file = next++; file < files.size(); file = next++) {
        const size_t i = queue.Take();
        image[i] = file;
        Decode(files[file], kSide, queue[i].get_input_tensor().data<uint8_t>());
        queue[i].start_async();
      }
      vips_thread_shutdown();
    });
  }
  for (std::thread& thread : threads) thread.join();
  queue.Drain();
  std::printf("{\"fps\": %.3f, \"images\": %zu}\n", files.size() / Since(start), files.size());
}

int Run(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  const std::string& what = args.at(0);
  if (what == "calls") {
    Calls(args.at(1), args.at(2), std::stoul(args.at(3)));
  } else if (what == "latency") {
    Latency(args.at(1), args.at(2), std::stod(args.at(3)));
  } else if (what == "throughput") {
    Throughput(args.at(1), args.at(2), std::stod(args.at(3)), std::stoul(args.at(4)),
               std::stoul(args.at(5)), args.at(6) == "copied");
  } else if (what == "threads") {
    Threads(args.at(1), args.at(2), std::stod(args.at(3)), std::stoul(args.at(4)));
  } else if (what == "start") {
    Start(args.at(1));
  } else if (what == "folder") {
    if (VIPS_INIT(argv[0]) != 0) FailVips("libvips");
    Folder(args.at(1), args.at(2), args.at(3));
  } else {
    std::fprintf(stderr, "Unknown benchmark %s; see the list in peer.cpp\n", what.c_str());
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "measure.hpp"

#include <starpu.h>

#include <cstdlib>

namespace dotcompute::bench {
namespace {

void run_saxpy(void** buffers, void* argument) {
  // NOLINTBEGIN(performance-no-int-to-ptr): StarPU hands pointers out as integers.
  const auto* x = reinterpret_cast<const float*>(STARPU_VECTOR_GET_PTR(buffers[0]));
  auto* y = reinterpret_cast<float*>(STARPU_VECTOR_GET_PTR(buffers[1]));
  // NOLINTEND(performance-no-int-to-ptr)
  const std::uint64_t items = STARPU_VECTOR_GET_NX(buffers[1]);
  saxpy(items_between(0, items), *static_cast<const float*>(argument), {x, {items}}, {y, {items}});
}

/// One worker on one processor, and no accelerator.
bool start_starpu() {
  starpu_conf configuration;
  if (starpu_conf_init(&configuration) != 0) {
    return false;
  }
  configuration.ncpus = 1;
  configuration.ncuda = 0;
  configuration.nopencl = 0;
  if (starpu_init(&configuration) != 0) {
    return false;
  }
  // Or its worker would look for tasks while others are measured.
  starpu_pause();
  return std::atexit([] {
           starpu_resume();
           starpu_shutdown();
         }) == 0;
}

/// The arguments of a call, known to StarPU, with its worker awake, for as long as this lives.
class Registered {
 public:
  explicit Registered(SmallArguments& arguments) {
    starpu_resume();
    add(x_, arguments.x);
    add(y_, arguments.y);
  }
  ~Registered() {
    starpu_data_unregister(x_);
    starpu_data_unregister(y_);
    starpu_pause();
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;

  [[nodiscard]] starpu_data_handle_t x() const noexcept { return x_; }
  [[nodiscard]] starpu_data_handle_t y() const noexcept { return y_; }

 private:
  static void add(starpu_data_handle_t& handle, std::vector<float>& values) {
    starpu_vector_data_register(&handle, STARPU_MAIN_RAM,
                                reinterpret_cast<std::uintptr_t>(values.data()),
                                static_cast<std::uint32_t>(values.size()), sizeof(float));
  }

  starpu_data_handle_t x_ = nullptr;
  starpu_data_handle_t y_ = nullptr;
};

/// Submits one task and waits for it.
bool submit_and_wait(starpu_codelet& kernel, const Registered& data, float& a) {
  starpu_task* const task = starpu_task_create();
  task->cl = &kernel;
  task->handles[0] = data.x();
  task->handles[1] = data.y();
  task->cl_arg = &a;
  task->cl_arg_size = sizeof(a);
  task->detach = 0;  // so that it can be waited for
  return starpu_task_submit(task) == 0 && starpu_task_wait(task) == 0;
}

void starpu(benchmark::State& state) {
  static const bool started = start_starpu();
  static starpu_codelet kernel = [] {
    starpu_codelet codelet;
    starpu_codelet_init(&codelet);
    codelet.cpu_funcs[0] = &run_saxpy;
    codelet.nbuffers = 2;
    codelet.modes[0] = STARPU_R;
    codelet.modes[1] = STARPU_RW;
    return codelet;
  }();
  if (!started) {
    state.SkipWithError("StarPU cannot be started.");
    return;
  }
  SmallArguments arguments;
  let_others_sleep();
  bool is_right = true;
  {
    const Registered data(arguments);
    is_right = submit_and_wait(kernel, data, arguments.a);
  }
  if (!is_right || arguments.y[0] != 7) {
    state.SkipWithError("The result is wrong.");
    return;
  }
  const Registered data(arguments);
  for (int count = 0; count < kWarmCalls; ++count) {
    submit_and_wait(kernel, data, arguments.a);
  }
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(submit_and_wait(kernel, data, arguments.a));
  }
}

BENCHMARK(starpu)->Name("starpu")->Apply(&microseconds_each);

}  // namespace
}  // namespace dotcompute::bench

// SPDX-License-Identifier: Apache-2.0
#include "equipment/opencl_counts.hpp"

#include <optional>
#include <tuple>

namespace dotcompute::equipment {
namespace {

using opencl::Api;
using Count = std::atomic<long> OpenClCounts::*;

std::optional<Api> driver;

template <auto Function>
struct Thunk;

template <class Returned, class... Arguments, opencl::Call<Returned(Arguments...)> Api::*Function>
struct Thunk<Function> {
  template <Count kCount>
  static Returned create(Arguments... arguments) {
    const Returned object = ((*driver).*Function)(arguments...);
    opencl_counts().*kCount += object != nullptr ? 1 : 0;
    return object;
  }

  template <Count kCount, int kStep>
  static Returned change(Arguments... arguments) {
    const Returned code = ((*driver).*Function)(arguments...);
    opencl_counts().*kCount += code == CL_SUCCESS ? kStep : 0;
    return code;
  }

  // A command whose event is asked for through its last argument.
  static Returned enqueue(Arguments... arguments) {
    const Returned code = ((*driver).*Function)(arguments...);
    const auto event = std::get<sizeof...(Arguments) - 1>(std::tuple(arguments...));
    opencl_counts().events += code == CL_SUCCESS && event != nullptr ? 1 : 0;
    return code;
  }

  template <Count kCalls>
  static Returned enqueue_counted(Arguments... arguments) {
    ++(opencl_counts().*kCalls);
    return enqueue(arguments...);
  }
};

void* map(cl_command_queue queue,
          cl_mem memory,
          cl_bool blocking,
          cl_map_flags flags,
          std::size_t offset,
          std::size_t bytes,
          cl_uint waits,
          const cl_event* wait_list,
          cl_event* event,
          cl_int* code) {
  void* const address = driver->enqueue_map(queue, memory, blocking, flags, offset, bytes, waits,
                                            wait_list, event, code);
  ++opencl_counts().maps;
  opencl_counts().events += *code == CL_SUCCESS && event != nullptr ? 1 : 0;
  return address;
}

}  // namespace

OpenClCounts& opencl_counts() {
  static OpenClCounts counts;
  return counts;
}

opencl::Api counted(const opencl::Api& real) {
  if (!driver) {
    driver = real;
  }
  using Counts = OpenClCounts;
  Api api = real;
  api.create_context.bind(&Thunk<&Api::create_context>::create<&Counts::contexts>);
  api.release_context.bind(&Thunk<&Api::release_context>::change<&Counts::contexts, -1>);
  api.create_queue.bind(&Thunk<&Api::create_queue>::create<&Counts::queues>);
  api.release_queue.bind(&Thunk<&Api::release_queue>::change<&Counts::queues, -1>);
  api.create_buffer.bind(&Thunk<&Api::create_buffer>::create<&Counts::buffers>);
  api.retain_memory.bind(&Thunk<&Api::retain_memory>::change<&Counts::buffers, 1>);
  api.release_memory.bind(&Thunk<&Api::release_memory>::change<&Counts::buffers, -1>);
  api.create_program.bind(&Thunk<&Api::create_program>::create<&Counts::programs>);
  api.create_program_from_binary.bind(
      &Thunk<&Api::create_program_from_binary>::create<&Counts::programs>);
  api.release_program.bind(&Thunk<&Api::release_program>::change<&Counts::programs, -1>);
  api.create_kernel.bind(&Thunk<&Api::create_kernel>::create<&Counts::kernels>);
  api.release_kernel.bind(&Thunk<&Api::release_kernel>::change<&Counts::kernels, -1>);
  api.set_kernel_argument.bind(
      &Thunk<&Api::set_kernel_argument>::change<&Counts::set_arguments, 1>);
  api.create_user_event.bind(&Thunk<&Api::create_user_event>::create<&Counts::events>);
  api.retain_event.bind(&Thunk<&Api::retain_event>::change<&Counts::events, 1>);
  api.release_event.bind(&Thunk<&Api::release_event>::change<&Counts::events, -1>);
  api.enqueue_kernel.bind(&Thunk<&Api::enqueue_kernel>::enqueue);
  api.enqueue_copy.bind(&Thunk<&Api::enqueue_copy>::enqueue);
  api.enqueue_unmap.bind(&Thunk<&Api::enqueue_unmap>::enqueue);
  api.enqueue_read.bind(&Thunk<&Api::enqueue_read>::enqueue_counted<&Counts::reads>);
  api.enqueue_write.bind(&Thunk<&Api::enqueue_write>::enqueue_counted<&Counts::writes>);
  api.enqueue_map.bind(&map);
  return api;
}

}  // namespace dotcompute::equipment

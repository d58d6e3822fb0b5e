// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include "errors.hpp"

#include <exception>
#include <tuple>

namespace dotcompute::opencl {

Context::Context(const Api& api, const DeviceFacts& facts, std::shared_ptr<core::FaultPlan> plan)
    : plan_(std::move(plan)), api_(api), facts_(facts) {
  api_.for_each([this](auto& call) { call.attach(plan_.get()); });
}

Context::~Context() {
  if (handle_ != nullptr) {
    // Nobody is left who could be told of a failure.
    std::ignore = api_.release_context(handle_);
  }
}

Result<std::shared_ptr<const Context>> Context::open(
    const Api& api, const DeviceFacts& facts, std::shared_ptr<core::FaultPlan> plan) noexcept {
  try {
    auto context = std::make_shared<Context>(api, facts, std::move(plan));
    cl_int code = CL_SUCCESS;
    context->handle_ =
        context->api_.create_context(nullptr, 1, &facts.device, nullptr, nullptr, &code);
    if (code != CL_SUCCESS) {
      return error_of(code);
    }
    return std::shared_ptr<const Context>(std::move(context));
  } catch (const std::exception&) {
    return no_host_memory();
  }
}

}  // namespace dotcompute::opencl

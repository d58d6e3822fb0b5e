// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/fault_plan.hpp"

#include <cstring>

namespace dotcompute::core {

/// One function of a driver, as an entry of the table that a back end fills when it loads the driver.
/// With a fault plan attached, each call asks it first; without one, a call costs one test more.
///
/// `Driver` says how calls of its driver fail:
///
///     static constexpr std::string_view kName = "opencl";
///     template <class Result, class... Arguments>
///     static Result fail(const Fault& fault, Arguments... arguments) noexcept;
///
/// Threads: calls from any thread at the same time; bind() and attach() before any of them.
template <class Signature, class Driver>
class DriverCall;

template <class Returned, class... Arguments, class Driver>
class DriverCall<Returned(Arguments...), Driver> {
 public:
  using Pointer = Returned (*)(Arguments...);

  /// \param name the driver's name of the function, a literal.
  constexpr DriverCall(const char* name, CallGroup group) noexcept : name_(name), group_(group) {}

  Returned operator()(Arguments... arguments) const noexcept {
    if (plan_ != nullptr) [[unlikely]] {
      if (const auto fault = plan_->next({Driver::kName, name_, group_})) {
        return Driver::template fail<Returned>(*fault, arguments...);
      }
    }
    return pointer_(arguments...);
  }

  [[nodiscard]] const char* name() const noexcept { return name_; }
  [[nodiscard]] Pointer pointer() const noexcept { return pointer_; }
  void bind(Pointer function) noexcept { pointer_ = function; }

  /// Binds what dlsym() gave; false if that is null.
  bool bind_symbol(void* symbol) noexcept {
    // A cast between pointers to objects and to functions is conditionally supported only.
    static_assert(sizeof(symbol) == sizeof(pointer_));
    std::memcpy(&pointer_, &symbol, sizeof(pointer_));
    return symbol != nullptr;
  }

  /// \param plan null, or what outlives the table.
  void attach(FaultPlan* plan) noexcept { plan_ = group_ == CallGroup::release ? nullptr : plan; }

 private:
  Pointer pointer_ = nullptr;
  FaultPlan* plan_ = nullptr;
  const char* name_;
  CallGroup group_;
};

}  // namespace dotcompute::core

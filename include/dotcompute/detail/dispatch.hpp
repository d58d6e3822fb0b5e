// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/detail/call_request.hpp"
#include "dotcompute/detail/result_slot.hpp"
#include "dotcompute/exception.hpp"
#include "dotcompute/task.hpp"

#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace dotcompute::core {
class Executor;
}

namespace dotcompute::detail {

/// Runs a call to its end on the caller's thread, with workers helping.
Status run(core::Executor& executor, const CallRequest& request) noexcept;

/// Runs the call at once if it is known to be quick.
/// \param ran false if it is not: nothing has happened then.
Status run_if_quick(core::Executor& executor, const CallRequest& request, bool& ran) noexcept;

/// A call with copies of all that its caller may let go of.
class StoredCall {
 public:
  virtual ~StoredCall() = default;
  virtual Status run(std::span<ResultSlot> results) noexcept = 0;
};

/// \pre request.typed is null.
Result<std::unique_ptr<StoredCall>> store(core::Executor& executor,
                                          const CallRequest& request) noexcept;

/// Hands work to the executor's threads. \retval ErrorCode::host_memory if there is no room.
Status enqueue(core::Executor& executor, WorkReference work, Priority priority) noexcept;

template <class R>
using TryResult = Result<std::conditional_t<std::is_void_v<R>, std::monostate, R>>;

[[noreturn, gnu::noinline, gnu::cold]] inline void throw_failure(Status& failed) {
  throw_error(std::move(failed.error()));
}

struct Execute {
  template <class R>
  static R run(core::Executor& executor, CallRequest& request) {
    ResultHolder<R> holder;
    request.results = holder.slots;
    if (auto status = detail::run(executor, request); !status) [[unlikely]] {
      throw_failure(status);
    }
    if constexpr (!std::is_void_v<R>) {
      return holder.take();
    }
  }
  template <class R, class General>
  static R run_typed(core::Executor& executor, CallRequest& request, const General& /*general*/) {
    return run<R>(executor, request);
  }
};

struct TryExecute {
  template <class R>
  static TryResult<R> run(core::Executor& executor, CallRequest& request) noexcept {
    ResultHolder<R> holder;
    request.results = holder.slots;
    if (auto status = detail::run(executor, request); !status) [[unlikely]] {
      return std::move(status.error());
    }
    if constexpr (std::is_void_v<R>) {
      return std::monostate{};
    } else {
      return holder.take();
    }
  }
  template <class R, class General>
  static TryResult<R> run_typed(core::Executor& executor,
                                CallRequest& request,
                                const General& /*general*/) noexcept {
    return run<R>(executor, request);
  }
};

struct ExecuteAsync {
  template <class R>
  static Task<R> run(core::Executor& executor, CallRequest& request) {
    bool ran = false;
    auto task = run_quick<R>(executor, request, ran);
    return ran ? std::move(task) : queue<R>(executor, request);
  }

  /// A handle's arguments lie on the caller's stack: what has to be queued is laid out by `general`.
  template <class R, class General>
  static Task<R> run_typed(core::Executor& executor, CallRequest& request, const General& general) {
    bool ran = false;
    auto task = run_quick<R>(executor, request, ran);
    return ran ? std::move(task) : general();
  }

 private:
  template <class R>
  static Task<R> run_quick(core::Executor& executor, CallRequest& request, bool& ran) {
    ResultHolder<R> holder;
    request.results = holder.slots;
    if (auto status = run_if_quick(executor, request, ran); !status) [[unlikely]] {
      return Task<R>::failed(std::move(status.error()));
    }
    if constexpr (std::is_void_v<R>) {
      return Task<void>::ready();
    } else {
      return Task<R>::ready(holder.take());
    }
  }

  template <class R>
  static Task<R> queue(core::Executor& executor, const CallRequest& request) {
    const Priority priority =
        request.options != nullptr ? request.options->priority : Priority::normal;
    auto stored = store(executor, request);
    if (!stored) {
      return Task<R>::failed(std::move(stored.error()));
    }
    auto [task, work] =
        make_claimable_task<R>([call = *std::move(stored)]() noexcept -> TryResult<R> {
          ResultHolder<R> holder;
          if (auto status = call->run(holder.slots); !status) {
            return std::move(status.error());
          }
          if constexpr (std::is_void_v<R>) {
            return std::monostate{};
          } else {
            return holder.take();
          }
        });
    if (auto status = enqueue(executor, std::move(work), priority); !status) {
      return Task<R>::failed(std::move(status.error()));
    }
    return std::move(task);
  }
};

}  // namespace dotcompute::detail

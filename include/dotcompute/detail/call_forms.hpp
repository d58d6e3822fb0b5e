// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/name_hash.hpp"
#include "dotcompute/detail/aggregate.hpp"
#include "dotcompute/detail/dispatch.hpp"
#include "dotcompute/detail/typed_arguments.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dotcompute::detail {

/// The forms in which a kernel can be called, for a `Derived` that has executor() and options().
/// Each only lays out a CallRequest on the stack and hands it to dispatch.hpp.
template <class Derived>
class CallForms {
 public:
  // By name, with named arguments in any order.

  template <Returnable R = void>
  R execute(std::string_view kernel, std::initializer_list<NamedArgument> arguments) const {
    return run_named<R, Execute>(kernel, {arguments.begin(), arguments.size()});
  }
  template <Returnable R = void>
  R execute(std::string_view kernel, std::span<const NamedArgument> arguments) const {
    return run_named<R, Execute>(kernel, arguments);
  }
  template <Returnable R = void>
  R execute(std::string_view kernel,
            std::initializer_list<NamedArgument> arguments,
            const CallOptions& options) const {
    return run_named<R, Execute>(kernel, {arguments.begin(), arguments.size()}, &options);
  }
  template <Returnable R = void>
  [[nodiscard]] TryResult<R> try_execute(std::string_view kernel,
                                         std::initializer_list<NamedArgument> arguments) const {
    return run_named<R, TryExecute>(kernel, {arguments.begin(), arguments.size()});
  }
  template <Returnable R = void>
  [[nodiscard]] TryResult<R> try_execute(std::string_view kernel,
                                         std::span<const NamedArgument> arguments) const {
    return run_named<R, TryExecute>(kernel, arguments);
  }
  template <Returnable R = void>
  [[nodiscard]] TryResult<R> try_execute(std::string_view kernel,
                                         std::initializer_list<NamedArgument> arguments,
                                         const CallOptions& options) const {
    return run_named<R, TryExecute>(kernel, {arguments.begin(), arguments.size()}, &options);
  }
  template <Returnable R = void>
  Task<R> execute_async(std::string_view kernel,
                        std::initializer_list<NamedArgument> arguments) const {
    return run_named<R, ExecuteAsync>(kernel, {arguments.begin(), arguments.size()});
  }
  template <Returnable R = void>
  Task<R> execute_async(std::string_view kernel, std::span<const NamedArgument> arguments) const {
    return run_named<R, ExecuteAsync>(kernel, arguments);
  }
  template <Returnable R = void>
  Task<R> execute_async(std::string_view kernel,
                        std::initializer_list<NamedArgument> arguments,
                        const CallOptions& options) const {
    return run_named<R, ExecuteAsync>(kernel, {arguments.begin(), arguments.size()}, &options);
  }

  // By name, with arguments in parameter order.

  template <Returnable R = void, Bindable... Arguments>
  R execute(std::string_view kernel, Arguments&&... arguments) const {
    return run_positional<R, Execute>(kernel, std::forward<Arguments>(arguments)...);
  }
  template <Returnable R = void, Bindable... Arguments>
  [[nodiscard]] TryResult<R> try_execute(std::string_view kernel, Arguments&&... arguments) const {
    return run_positional<R, TryExecute>(kernel, std::forward<Arguments>(arguments)...);
  }
  template <Returnable R = void, Bindable... Arguments>
  Task<R> execute_async(std::string_view kernel, Arguments&&... arguments) const {
    return run_positional<R, ExecuteAsync>(kernel, std::forward<Arguments>(arguments)...);
  }

  // By name, with the types of input and output said: `Input` is a container, for a kernel with one
  // input, or an aggregate whose members are the arguments in parameter order.

  template <class Input, Returnable Output>
  Output execute(std::string_view kernel, const Input& input) const {
    return run_input<Output, Execute>(kernel, input);
  }
  template <class Input, Returnable Output>
  [[nodiscard]] TryResult<Output> try_execute(std::string_view kernel, const Input& input) const {
    return run_input<Output, TryExecute>(kernel, input);
  }
  template <class Input, Returnable Output>
  Task<Output> execute_async(std::string_view kernel, const Input& input) const {
    return run_input<Output, ExecuteAsync>(kernel, input);
  }
  /// A temporary, or an aggregate with its members, is kept by a call that is queued. Where both
  /// types are one, the positional form is as good a match and does the same.
  template <class Input, Returnable Output>
  requires(!std::is_reference_v<Input> &&
           !std::same_as<Input, Output>) Task<Output> execute_async(std::string_view kernel,
                                                                    Input&& input)
  const { return run_input<Output, ExecuteAsync>(kernel, std::forward<Input>(input)); }

  // By handle: wrong types and counts do not compile.

  template <Returnable R = void, class... Parameters, class... Arguments>
  R execute(const KernelHandle<Parameters...>& handle, Arguments&&... arguments) const {
    return run_typed<R, Execute>(handle, std::forward<Arguments>(arguments)...);
  }
  template <Returnable R = void, class... Parameters, class... Arguments>
  [[nodiscard]] TryResult<R> try_execute(const KernelHandle<Parameters...>& handle,
                                         Arguments&&... arguments) const {
    return run_typed<R, TryExecute>(handle, std::forward<Arguments>(arguments)...);
  }
  template <Returnable R = void, class... Parameters, class... Arguments>
  Task<R> execute_async(const KernelHandle<Parameters...>& handle, Arguments&&... arguments) const {
    return run_typed<R, ExecuteAsync>(handle, std::forward<Arguments>(arguments)...);
  }

 private:
  [[nodiscard]] const Derived& derived() const noexcept {
    return static_cast<const Derived&>(*this);
  }

  template <class R, class Verb>
  auto run_named(std::string_view kernel,
                 std::span<const NamedArgument> arguments,
                 const CallOptions* options = nullptr) const {
    CallRequest request{.kernel = kernel, .hash = hash_name(kernel), .named = arguments};
    request.options = options != nullptr ? options : derived().options();
    return Verb::template run<R>(derived().executor(), request);
  }

  template <class R, class Verb, class... Arguments>
  auto run_positional(std::string_view kernel, Arguments&&... arguments) const {
    const std::array<Argument, sizeof...(Arguments)> list{
        Argument(std::forward<Arguments>(arguments))...};
    CallRequest request{.kernel = kernel, .hash = hash_name(kernel), .positional = list};
    request.options = derived().options();
    return Verb::template run<R>(derived().executor(), request);
  }

  template <class R, class Verb, class Given>
  auto run_input(std::string_view kernel, Given&& input) const {
    using Input = std::remove_cvref_t<Given>;
    if constexpr (Bindable<const Input&> &&
                  (ArrayArgument<const Input> || !ArgumentAggregate<Input>)) {
      return run_positional<R, Verb>(kernel, std::forward<Given>(input));
    } else {
      static_assert(ArgumentAggregate<Input>,
                    "Input is a container, or a struct of 1 to 8 members that are arguments.");
      return with_members(input, [&](auto&... members) {
        if constexpr (std::is_lvalue_reference_v<Given>) {
          return run_positional<R, Verb>(kernel, members...);
        } else {
          return run_positional<R, Verb>(kernel, std::move(members)...);
        }
      });
    }
  }

  template <class R, class Verb, class... Parameters, class... Arguments>
  auto run_typed(const KernelHandle<Parameters...>& handle, Arguments&&... arguments) const {
    using Typed = TypedArguments<Parameters...>;
    constexpr bool kReturns = !std::is_void_v<R>;
    static_assert(sizeof...(Arguments) == Typed::given_count(kReturns),
                  "The number of arguments is wrong: without a result type all parameters are "
                  "given, with one all but the outputs.");
    if constexpr (sizeof...(Arguments) == Typed::given_count(kReturns)) {
      // What the typed form has no place for takes the general one: it is checked all the same.
      constexpr bool kGeneral = ((kIsStrided<std::remove_cvref_t<Arguments>> ||
                                  kIsUnified<std::remove_cvref_t<Arguments>> ||
                                  (OwningArray<std::remove_cvref_t<Arguments>> &&
                                   !std::is_lvalue_reference_v<Arguments>)) ||
                                 ...);
      check_types<kReturns, Parameters...>(std::index_sequence_for<Parameters...>{},
                                           std::type_identity<std::tuple<Arguments&&...>>{});
      if constexpr (kGeneral) {
        return run_positional<R, Verb>(handle.name(), std::forward<Arguments>(arguments)...);
      } else {
        Typed typed;
        auto list = std::forward_as_tuple(arguments...);
        set_all<kReturns>(typed, list, std::index_sequence_for<Parameters...>{});
        if (!typed.exact) [[unlikely]] {
          return run_positional<R, Verb>(handle.name(), std::forward<Arguments>(arguments)...);
        }
        CallRequest request{.kernel = handle.name(), .hash = handle.hash()};
        request.typed = typed.arguments.data();
        request.signature = KernelHandle<Parameters...>::signature();
        request.typed_given = typed.given;
        request.options = derived().options();
        return Verb::template run_typed<R>(derived().executor(), request, [&] {
          return run_positional<R, Verb>(handle.name(), arguments...);
        });
      }
    }
  }

  template <bool kReturns, class... Parameters, std::size_t... kIndex, class List>
  static consteval void check_types(std::index_sequence<kIndex...> /*indices*/,
                                    std::type_identity<List> /*list*/) {
    (check_type<kReturns, kIndex, List, Parameters...>(), ...);
  }
  template <bool kReturns, std::size_t kIndex, class List, class... Parameters>
  static consteval void check_type() {
    using Typed = TypedArguments<Parameters...>;
    if constexpr (!(kReturns && Typed::kIsOut[kIndex])) {
      using Given = std::tuple_element_t<Typed::argument_of(kIndex, kReturns), List>;
      using Parameter = std::tuple_element_t<kIndex, std::tuple<Parameters...>>;
      static_assert(sizeof(CheckArgument<Given, Parameter>) > 0);  // NOLINT: made complete
    }
  }

  template <bool kReturns, class Typed, class List, std::size_t... kIndex>
  static void set_all(Typed& typed,
                      List& list,
                      std::index_sequence<kIndex...> /*indices*/) noexcept {
    (set_one<kReturns, kIndex>(typed, list), ...);
  }
  template <bool kReturns, std::size_t kIndex, class Typed, class List>
  static void set_one(Typed& typed, List& list) noexcept {
    if constexpr (!(kReturns && Typed::kIsOut[kIndex])) {
      typed.template set<kIndex>(std::get<Typed::argument_of(kIndex, kReturns)>(list));
    }
  }
};

}  // namespace dotcompute::detail

namespace dotcompute {

/// An orchestrator whose calls all have the same options; see Orchestrator::with().
class OrchestratorWithOptions : public detail::CallForms<OrchestratorWithOptions> {
 public:
  OrchestratorWithOptions(core::Executor& executor, const CallOptions& options)
      : executor_(&executor), options_(options) {}

 private:
  friend class detail::CallForms<OrchestratorWithOptions>;
  [[nodiscard]] core::Executor& executor() const noexcept { return *executor_; }
  [[nodiscard]] const CallOptions* options() const noexcept { return &options_; }

  core::Executor* executor_;
  CallOptions options_;
};

}  // namespace dotcompute

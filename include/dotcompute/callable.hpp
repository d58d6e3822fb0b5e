// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/backend/requests.hpp"
#include "dotcompute/base/element_type.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/base/range.hpp"
#include "dotcompute/base/view.hpp"

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute {

/// How a callable wants to be handed its work items.
enum class CallableForm : std::uint8_t {
  range,  ///< First parameter ItemRange: loops over the box itself; the fast form.
  item,   ///< First parameter ItemId<1..3>: called for each item.
  whole,  ///< Neither: called once, does all the work on one thread.
};

/// What a callable's own type says of one of its parameters, checked against the metadata.
struct CallableParameter {
  TypeId type;
  ParameterKind kind = ParameterKind::scalar;
  bool writes = false;        ///< A buffer of non-const elements.
  bool any_direction = true;  ///< std::span: `direction` is only known as read or written.
  Direction direction = Direction::in;
  std::uint8_t rank = 0;  ///< 0: a std::span, which takes any rank as one row of elements.
};

/// A callable wrapped for the CPU back end, and what its type tells.
struct CallableKernel {
  backend::HostKernel host;
  std::shared_ptr<const void> state;  ///< Keeps `host.state` alive.
  CallableForm form = CallableForm::range;
  std::uint8_t dimensions = 1;  ///< Of ItemId; for the other forms 0, which fits any.
  std::vector<CallableParameter> parameters;
};

namespace detail {

template <class T>
struct KernelParameter;  // how one parameter type of a callable is described and unpacked

template <KernelElement T>
struct KernelParameter<T> {
  static CallableParameter describe() { return {.type = type_id_of<T>}; }
  static T unpack(const backend::KernelArgument& argument) noexcept {
    return *static_cast<const T*>(argument.data);
  }
};

constexpr std::uint64_t elements_of(const Extents& extents) noexcept {
  return extents[0] * extents[1] * extents[2];
}

template <class T>
struct KernelParameter<std::span<T>> {
  static CallableParameter describe() {
    constexpr bool kWrites = !std::is_const_v<T>;
    return {.type = type_id_of<std::remove_const_t<T>>,
            .kind = ParameterKind::buffer,
            .writes = kWrites,
            .direction = kWrites ? Direction::inout : Direction::in};
  }
  static std::span<T> unpack(const backend::KernelArgument& argument) noexcept {
    return {static_cast<T*>(argument.data), elements_of(argument.extents)};
  }
};

template <class View, class T, int Rank, Direction kDirection>
struct ViewParameter {
  static CallableParameter describe() {
    return {.type = type_id_of<std::remove_const_t<T>>,
            .kind = ParameterKind::buffer,
            .writes = kDirection != Direction::in,
            .any_direction = false,
            .direction = kDirection,
            .rank = Rank};
  }
  static View unpack(const backend::KernelArgument& argument) noexcept {
    std::array<std::uint64_t, Rank> extents{};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
      extents[axis] = argument.extents[axis];
    }
    return View(static_cast<T*>(argument.data), extents);
  }
};

template <class T, int Rank>
struct KernelParameter<in<T, Rank>> : ViewParameter<in<T, Rank>, const T, Rank, Direction::in> {};
template <class T, int Rank>
struct KernelParameter<out<T, Rank>> : ViewParameter<out<T, Rank>, T, Rank, Direction::out> {};
template <class T, int Rank>
struct KernelParameter<inout<T, Rank>> : ViewParameter<inout<T, Rank>, T, Rank, Direction::inout> {
};

template <class First>
inline constexpr std::uint8_t kItemDimensions = 0;
template <int Dimensions>
inline constexpr std::uint8_t kItemDimensions<ItemId<Dimensions>> = Dimensions;

template <class Callable, int Dimensions, class... Parameters>
void run_items(const Callable& callable, const ItemRange& items, Parameters... parameters) {
  if constexpr (Dimensions == 1) {
    for (std::uint64_t x = items.begin[0]; x < items.end[0]; ++x) {
      callable(ItemId<1>{{x}}, parameters...);
    }
  } else if constexpr (Dimensions == 2) {
    for (std::uint64_t y = items.begin[1]; y < items.end[1]; ++y) {
      for (std::uint64_t x = items.begin[0]; x < items.end[0]; ++x) {
        callable(ItemId<2>{{x, y}}, parameters...);
      }
    }
  } else {
    for (std::uint64_t z = items.begin[2]; z < items.end[2]; ++z) {
      for (std::uint64_t y = items.begin[1]; y < items.end[1]; ++y) {
        for (std::uint64_t x = items.begin[0]; x < items.end[0]; ++x) {
          callable(ItemId<3>{{x, y, z}}, parameters...);
        }
      }
    }
  }
}

template <class Callable, class... Parameters>
struct CallableAdapter {
  template <std::size_t... kIndex>
  static void call(const Callable& callable,
                   const backend::KernelArgument* arguments,
                   const ItemRange& /*items*/,
                   std::index_sequence<kIndex...> /*indices*/) {
    callable(KernelParameter<Parameters>::unpack(arguments[kIndex])...);
  }
  static constexpr CallableForm kForm = CallableForm::whole;
  static constexpr std::uint8_t kDimensions = 0;
  using Indices = std::index_sequence_for<Parameters...>;
  static std::vector<CallableParameter> describe() {
    return {KernelParameter<Parameters>::describe()...};
  }
};

template <class Callable, class... Parameters>
struct CallableAdapter<Callable, ItemRange, Parameters...>
    : CallableAdapter<Callable, Parameters...> {
  template <std::size_t... kIndex>
  static void call(const Callable& callable,
                   const backend::KernelArgument* arguments,
                   const ItemRange& items,
                   std::index_sequence<kIndex...> /*indices*/) {
    callable(items, KernelParameter<Parameters>::unpack(arguments[kIndex])...);
  }
  static constexpr CallableForm kForm = CallableForm::range;
};

template <class Callable, int Dimensions, class... Parameters>
struct CallableAdapter<Callable, ItemId<Dimensions>, Parameters...>
    : CallableAdapter<Callable, Parameters...> {
  template <std::size_t... kIndex>
  static void call(const Callable& callable,
                   const backend::KernelArgument* arguments,
                   const ItemRange& items,
                   std::index_sequence<kIndex...> /*indices*/) {
    run_items<Callable, Dimensions, Parameters...>(
        callable, items, KernelParameter<Parameters>::unpack(arguments[kIndex])...);
  }
  static constexpr CallableForm kForm = CallableForm::item;
  static constexpr std::uint8_t kDimensions = Dimensions;
};

template <class Callable, class Signature>
struct AdapterOf;
template <class Callable, class Owner, class... Parameters>
struct AdapterOf<Callable, void (Owner::*)(Parameters...) const> {
  using Type = CallableAdapter<Callable, std::remove_cvref_t<Parameters>...>;
};
template <class Callable, class Owner, class... Parameters>
struct AdapterOf<Callable, void (Owner::*)(Parameters...) const noexcept>
    : AdapterOf<Callable, void (Owner::*)(Parameters...) const> {};
template <class Callable, class... Parameters>
struct AdapterOf<Callable, void (*)(Parameters...)> {
  using Type = CallableAdapter<Callable, std::remove_cvref_t<Parameters>...>;
};
template <class Callable, class... Parameters>
struct AdapterOf<Callable, void (*)(Parameters...) noexcept>
    : AdapterOf<Callable, void (*)(Parameters...)> {};

template <class Callable>
struct SignatureOf {};
template <class Callable>
requires requires {
  &Callable::operator();
}
struct SignatureOf<Callable> {
  using Type = decltype(&Callable::operator());
};
template <class Returned, class... Parameters>
struct SignatureOf<Returned (*)(Parameters...)> {
  using Type = Returned (*)(Parameters...);
};
template <class Returned, class... Parameters>
struct SignatureOf<Returned (*)(Parameters...) noexcept> {
  using Type = Returned (*)(Parameters...) noexcept;
};

}  // namespace detail

/// A function pointer, or a lambda whose call operator is const and no template, that returns void
/// and takes ItemRange or ItemId first (or neither), then scalars, std::span, in, out and inout.
/// It is called by several threads at once.
template <class Callable>
concept KernelCallable = requires {
  typename detail::AdapterOf<Callable, typename detail::SignatureOf<Callable>::Type>::Type::Indices;
};

/// Wraps `callable` for the CPU back end. Allocates; may throw std::bad_alloc.
template <class Callable>
requires KernelCallable<std::decay_t<Callable>>
[[nodiscard]] CallableKernel make_callable_kernel(Callable&& callable) {
  using Stored = std::decay_t<Callable>;
  using Adapter =
      typename detail::AdapterOf<Stored, typename detail::SignatureOf<Stored>::Type>::Type;
  // Not make_shared: with g++ it leaves a name in a module's library that must be unique in the
  // process, and such a library is never unloaded.
  std::shared_ptr<const Stored> state(new const Stored(std::forward<Callable>(callable)));
  CallableKernel kernel;
  kernel.host.state = state.get();
  kernel.host.function = [](const void* stored, const backend::KernelArgument* arguments,
                            const ItemRange& items) {
    Adapter::call(*static_cast<const Stored*>(stored), arguments, items,
                  typename Adapter::Indices{});
  };
  kernel.state = std::move(state);
  kernel.form = Adapter::kForm;
  kernel.dimensions = Adapter::kDimensions;
  kernel.parameters = Adapter::describe();
  return kernel;
}

}  // namespace dotcompute

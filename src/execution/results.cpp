// SPDX-License-Identifier: Apache-2.0
#include "execution/results.hpp"

#include "binding/bind_errors.hpp"
#include "result/result_memory.hpp"

#include <bit>

namespace dotcompute::core {

Status solve_results(const Signature& signature, BoundCall& call) noexcept {
  for (std::uint32_t left = call.returned; left != 0; left &= left - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    const auto extents = signature.shapes->extents_of(index, call.solution);
    if (!extents) [[unlikely]] {
      return unknown_shape(signature, index);
    }
    call.arguments[index].extents = *extents;
  }
  return success();
}

Status make_results(const Signature& signature,
                    const dotcompute::detail::CallRequest& request,
                    UnifiedOwner& owner,
                    BoundCall& call) noexcept {
  std::uint32_t left = call.returned;
  for (const auto& slot : request.results) {
    const auto index = static_cast<std::size_t>(std::countr_zero(left));
    left &= left - 1;
    backend::KernelArgument& argument = call.arguments[index];
    ResultPlace place;
    auto made = make_room(slot, argument.extents, signature.items[index].rank, owner, place);
    if (!made) [[unlikely]] {
      made.error().context.kernel = signature.name;
      made.error().context.parameter = signature.items[index].name;
      return made;
    }
    argument.data = place.data;
    if (place.part != nullptr) {
      call.parts[index] = place.part;
      call.unified |= 1U << index;
    }
  }
  return success();
}

}  // namespace dotcompute::core

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace dotcompute::detail {

/// Blocks up to this size are kept for reuse; larger ones come from operator new every time.
inline constexpr std::size_t kMaxTaskBlockBytes = 1024;
/// The size classes are the powers of two from 64 to kMaxTaskBlockBytes.
inline constexpr std::size_t kTaskBlockClasses = 5;
/// Blocks of one class that pass between a thread and the shared store at a time.
inline constexpr std::size_t kTaskBlocksPerBatch = 32;
/// Batches of one class that a thread keeps, and that the shared store keeps.
inline constexpr std::size_t kTaskBatchesPerThread = 2;
inline constexpr std::size_t kTaskBatchesShared = 32;

/// Memory for the state of a pending task, aligned as operator new aligns.
///
/// A block may be given back by another thread than took it. Blocks that neither the giving thread
/// nor the shared store has room for go back to operator delete.
///
/// Threads: any thread at any time, also while it ends.
/// \return nullptr if the host has no memory left.
[[nodiscard]] void* take_task_memory(std::size_t bytes) noexcept;

/// \param bytes what it was taken with.
void give_back_task_memory(void* memory, std::size_t bytes) noexcept;

/// Makes an Object in pooled memory; nullptr if there is none left.
template <class Object, class... Arguments>
[[nodiscard]] Object* make_pooled(Arguments&&... arguments) noexcept {
  void* memory = nullptr;
  if constexpr (alignof(Object) > __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    memory = ::operator new (sizeof(Object), std::align_val_t{alignof(Object)}, std::nothrow);
  } else {
    memory = take_task_memory(sizeof(Object));
  }
  if (memory == nullptr) [[unlikely]] {
    return nullptr;
  }
  return std::construct_at(static_cast<Object*>(memory), std::forward<Arguments>(arguments)...);
}

/// \param object made by make_pooled<Object>.
template <class Object>
void destroy_pooled(Object* object) noexcept {
  std::destroy_at(object);
  if constexpr (alignof(Object) > __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    ::operator delete (static_cast<void*>(object), std::align_val_t{alignof(Object)});
  } else {
    give_back_task_memory(object, sizeof(Object));
  }
}

}  // namespace dotcompute::detail

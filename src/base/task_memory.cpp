// SPDX-License-Identifier: Apache-2.0
#include "dotcompute/detail/task_memory.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define DC_POISON_FREE_BLOCKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DC_POISON_FREE_BLOCKS 1
#endif
#endif
#ifdef DC_POISON_FREE_BLOCKS
#include <sanitizer/asan_interface.h>
#endif

namespace dotcompute::detail {
namespace {

constexpr std::size_t kMinBlockBytes = 64;
static_assert(kMinBlockBytes << (kTaskBlockClasses - 1) == kMaxTaskBlockBytes);

// What a block holds while nobody uses it.
struct FreeBlock {
  FreeBlock* next = nullptr;
  // Only in the first block of a batch in the shared store.
  FreeBlock* next_batch = nullptr;
  std::size_t batch_count = 0;
};

constexpr std::size_t class_of(std::size_t bytes) noexcept {
  return static_cast<std::size_t>(
      std::bit_width((std::max(bytes, kMinBlockBytes) - 1) / kMinBlockBytes));
}

constexpr std::size_t bytes_of(std::size_t block_class) noexcept {
  return kMinBlockBytes << block_class;
}

// So that the address sanitizer sees a use after the end although the block is not freed.
void hide([[maybe_unused]] FreeBlock* block, [[maybe_unused]] std::size_t block_class) noexcept {
#ifdef DC_POISON_FREE_BLOCKS
  ASAN_POISON_MEMORY_REGION(block + 1, bytes_of(block_class) - sizeof(FreeBlock));
#endif
}

void show([[maybe_unused]] void* block, [[maybe_unused]] std::size_t block_class) noexcept {
#ifdef DC_POISON_FREE_BLOCKS
  ASAN_UNPOISON_MEMORY_REGION(block, bytes_of(block_class));
#endif
}

void free_all(FreeBlock* first, std::size_t block_class) noexcept {
  while (first != nullptr) {
    FreeBlock* const next = first->next;
    show(first, block_class);
    ::operator delete(static_cast<void*>(first));
    first = next;
  }
}

// At most one batch of free blocks of one class.
struct Batch {
  FreeBlock* first = nullptr;
  std::size_t count = 0;

  void push(FreeBlock* block) noexcept {
    block->next = first;
    first = block;
    ++count;
  }
  FreeBlock* pop() noexcept {
    FreeBlock* const block = first;
    first = block->next;
    --count;
    return block;
  }
};

// Takes what threads have too much of. Constant-initialised and never destroyed, so that it is
// there for threads and static objects that end last.
class SharedStore {
 public:
  // An empty one if there is none.
  Batch take() noexcept {
    const std::lock_guard lock(mutex_);
    FreeBlock* const first = first_;
    if (first == nullptr) {
      return {};
    }
    first_ = first->next_batch;
    --batches_;
    return {.first = first, .count = first->batch_count};
  }

  // False if there is no room.
  bool put(const Batch& batch) noexcept {
    const std::lock_guard lock(mutex_);
    if (batches_ == kTaskBatchesShared) {
      return false;
    }
    batch.first->batch_count = batch.count;
    batch.first->next_batch = first_;
    first_ = batch.first;
    ++batches_;
    return true;
  }

 private:
  std::mutex mutex_;
  FreeBlock* first_ = nullptr;  // guarded by mutex_
  std::size_t batches_ = 0;     // guarded by mutex_
};

constinit std::array<SharedStore, kTaskBlockClasses> shared_stores;

void put_shared(const Batch& batch, std::size_t block_class) noexcept {
  if (batch.first != nullptr && !shared_stores[block_class].put(batch)) {
    free_all(batch.first, block_class);
  }
}

// Two batches for each class, so that a thread at the edge of one does not go to the shared store
// with every block.
struct ThreadCache {
  enum class Stage : unsigned char { untouched, open, closed };
  struct Class {
    Batch current;
    Batch spare;  // empty or full
  };
  std::array<Class, kTaskBlockClasses> classes;
  Stage stage = Stage::untouched;
};

// Trivially destroyed, so that it can be asked after the thread's own destructors have run.
constinit thread_local ThreadCache cache;

struct CacheCloser {
  ~CacheCloser() {
    for (std::size_t block_class = 0; block_class < kTaskBlockClasses; ++block_class) {
      put_shared(std::exchange(cache.classes[block_class].current, {}), block_class);
      put_shared(std::exchange(cache.classes[block_class].spare, {}), block_class);
    }
    cache.stage = ThreadCache::Stage::closed;
  }
  void touch() noexcept { cache.stage = ThreadCache::Stage::open; }
};

// False once the thread ends.
bool open_cache() noexcept {
  if (cache.stage == ThreadCache::Stage::untouched) {
    thread_local CacheCloser closer;
    closer.touch();
  }
  return cache.stage == ThreadCache::Stage::open;
}

void* take_slowly(ThreadCache::Class& own, std::size_t block_class) noexcept {
  if (own.spare.first != nullptr) {
    own.current = std::exchange(own.spare, {});
  } else if (open_cache()) {
    own.current = shared_stores[block_class].take();
  }
  if (own.current.first == nullptr) {
    return ::operator new(bytes_of(block_class), std::nothrow);
  }
  FreeBlock* const block = own.current.pop();
  show(block, block_class);
  return block;
}

}  // namespace

void* take_task_memory(std::size_t bytes) noexcept {
  if (bytes > kMaxTaskBlockBytes) {
    return ::operator new(bytes, std::nothrow);
  }
  const std::size_t block_class = class_of(bytes);
  ThreadCache::Class& own = cache.classes[block_class];
  if (own.current.first == nullptr) [[unlikely]] {
    return take_slowly(own, block_class);
  }
  FreeBlock* const block = own.current.pop();
  show(block, block_class);
  return block;
}

void give_back_task_memory(void* memory, std::size_t bytes) noexcept {
  if (bytes > kMaxTaskBlockBytes || !open_cache()) [[unlikely]] {
    ::operator delete(memory);
    return;
  }
  const std::size_t block_class = class_of(bytes);
  ThreadCache::Class& own = cache.classes[block_class];
  if (own.current.count == kTaskBlocksPerBatch) {
    put_shared(own.spare, block_class);
    own.spare = std::exchange(own.current, {});
  }
  auto* const block = std::construct_at(static_cast<FreeBlock*>(memory));
  own.current.push(block);
  hide(block, block_class);
}

}  // namespace dotcompute::detail

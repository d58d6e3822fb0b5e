// SPDX-License-Identifier: Apache-2.0
// The part of the registry that explains why a name leads nowhere.
#include "discovery/registry.hpp"
#include "discovery/suggestions.hpp"

#include "dotcompute/base/name_hash.hpp"

#include <algorithm>
#include <array>

namespace dotcompute::core {
namespace {

/// Names, quoted and parted by commas, as many as fit; then how many more there are.
class NameList {
 public:
  explicit NameList(std::string_view begin) noexcept { text_.append(begin); }

  void add(std::string_view name) noexcept {
    constexpr std::size_t kRoomForCount = 34;  // ", ''" and " and 18446744073709551615 more."
    if (left_out_ != 0 || text_.view().size() + name.size() + kRoomForCount > kCapacity) {
      ++left_out_;
      return;
    }
    text_.append(listed_++ != 0 ? ", '" : "'").append(name).append("'");
  }

  void leave_out(std::size_t count) noexcept { left_out_ += count; }

  [[nodiscard]] FixedText<240> end(std::string_view closing) noexcept {
    if (left_out_ != 0) {
      text_.append(listed_ != 0 ? " and " : "").append(left_out_).append(" more");
    }
    return text_.append(closing);
  }

 private:
  static constexpr std::size_t kCapacity = 240;
  FixedText<kCapacity> text_;
  std::size_t listed_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

Error Registry::not_found(std::string_view name) const noexcept {
  Error error{ErrorCode::kernel_not_found, "No kernel has this name."};
  if (name.empty()) {
    error.what = "The name of a kernel is empty.";
    return error;
  }
  error.context.kernel = name;
  const std::lock_guard lock(mutex_);
  const NameTable::Slot* const slot = names_.find_slot(name, hash_name(name));
  if (slot != nullptr && names_.sharers_of(*slot) != nullptr) {
    describe_sharers(names_.sharers_of(*slot), error);
  } else {
    suggest(name, error);
  }
  return error;
}

void Registry::describe_sharers(const KernelRecord* sharers, Error& error) noexcept {
  // In the order of their names if they are few; all of very many do not fit anyway.
  std::array<const KernelRecord*, 32> first{};
  std::size_t count = 0;
  std::size_t left_out = 0;
  for (const KernelRecord* record = sharers; record != nullptr; record = record->links.next) {
    if (count < first.size()) {
      first[count++] = record;
    } else {
      ++left_out;
    }
  }
  const auto end = first.begin() + static_cast<std::ptrdiff_t>(count);
  std::sort(first.begin(), end, [](const KernelRecord* a, const KernelRecord* b) {
    return a->qualified_name < b->qualified_name;
  });
  error.what = count > 1 ? "Several kernels have this short name."
                         : "This is the short name of a kernel, not its qualified one.";
  NameList list(count > 1 ? "Use one of " : "Use ");
  std::for_each(first.begin(), end,
                [&](const KernelRecord* record) { list.add(record->qualified_name); });
  list.leave_out(left_out);
  error.context.advice = list.end(".");
}

void Registry::suggest(std::string_view name, Error& error) const noexcept {
  NearestNames<const KernelRecord*, 3> nearest(name);
  for (const Listed& listed : listed_) {
    if (nearest.may_be_near(listed.qualified, listed.short_name)) {
      nearest.show(listed.record, listed.record->qualified_name);
      if (nearest.complete()) {
        break;
      }
    }
  }
  if (nearest.size() == 0) {
    return;
  }
  NameList list("Did you mean ");
  for (std::size_t at = 0; at < nearest.size(); ++at) {
    const KernelRecord& record = *nearest[at];
    const std::string& short_name = record.metadata->name;
    const bool is_unique = names_.find(short_name, hash_name(short_name)) == &record;
    list.add(is_unique ? short_name : record.qualified_name);
  }
  error.context.advice = list.end("?");
}

}  // namespace dotcompute::core

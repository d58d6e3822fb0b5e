// SPDX-License-Identifier: Apache-2.0
#include "interpret/handlers.hpp"
#include "interpret/machine.hpp"

#include <algorithm>

namespace dotcompute::interpret {
namespace {

const Instruction* go_to(const Machine& machine, std::uint64_t place) noexcept {
  return machine.code + place;
}

bool step(Machine& machine, const Instruction& at) noexcept {
  return --machine.steps != 0 || machine.pause(at);
}

const Instruction* jump(Machine& machine, const Instruction& at) {
  return go_to(machine, at.to);
}

const Instruction* jump_back(Machine& machine, const Instruction& at) {
  return step(machine, at) ? go_to(machine, at.to) : nullptr;
}

const Instruction* jump_if(Machine& machine, const Instruction& at) {
  return raw(machine, at.a) != 0 ? go_to(machine, at.to) : &at + 1;
}

const Instruction* jump_unless(Machine& machine, const Instruction& at) {
  return raw(machine, at.a) == 0 ? go_to(machine, at.to) : &at + 1;
}

const Instruction* jump_equal(Machine& machine, const Instruction& at) {
  return raw(machine, at.a) == at.number ? go_to(machine, at.to) : &at + 1;
}

const Instruction* call(Machine& machine, const Instruction& at) {
  if (!step(machine, at)) {
    return nullptr;
  }
  put_raw(machine, at.a, static_cast<std::uint64_t>(&at + 1 - machine.code));
  return go_to(machine, at.to);
}

const Instruction* return_to(Machine& machine, const Instruction& at) {
  return go_to(machine, raw(machine, at.a));
}

const Instruction* set(Machine& machine, const Instruction& at) {
  put_raw(machine, at.to, at.number);
  return &at + 1;
}

const Instruction* check_set(Machine& machine, const Instruction& at) {
  return raw(machine, at.a) != 0 ? &at + 1 : stop(machine, at, Fault::unset);
}

const Instruction* no_result(Machine& machine, const Instruction& at) {
  return stop(machine, at, Fault::no_result);
}

const Instruction* end(Machine& /*machine*/, const Instruction& /*at*/) {
  return nullptr;
}

}  // namespace

bool Machine::pause(const Instruction& at) noexcept {
  if (steps_kept == 0) {
    stop(*this, at, Fault::too_long);
    return false;
  }
  if (control != nullptr && !control->check().ok()) {
    stop(*this, at, Fault::stopped);
    return false;
  }
  steps = std::min(steps_kept, kStepsAtOnce);
  steps_kept -= steps;
  return true;
}

Handler jump_handler() {
  return &jump;
}

Handler jump_back_handler() {
  return &jump_back;
}

Handler jump_if_handler() {
  return &jump_if;
}

Handler jump_unless_handler() {
  return &jump_unless;
}

Handler jump_equal_handler() {
  return &jump_equal;
}

Handler call_handler() {
  return &call;
}

Handler return_handler() {
  return &return_to;
}

Handler set_handler() {
  return &set;
}

Handler check_set_handler() {
  return &check_set;
}

Handler no_result_handler() {
  return &no_result;
}

Handler end_handler() {
  return &end;
}

}  // namespace dotcompute::interpret

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "interpret/code.hpp"
#include "kir/expression.hpp"

#include <cstdint>

/// The instructions. A slot is written @x, a place in the frame x; [x] is what an address points to.
namespace dotcompute::interpret {

// Arithmetic. Null if KIR has no such operation.
/// @to = op @a
[[nodiscard]] Handler unary_handler(kir::UnaryOperator op, ElementType type);
/// @to = @a op @b; logical operators are made of jumps.
[[nodiscard]] Handler binary_handler(kir::BinaryOperator op, ElementType type);
/// @to = static_cast(@a)
[[nodiscard]] Handler cast_handler(ElementType from, ElementType to);
/// @to = intrinsic(@a, @b, @c)
[[nodiscard]] Handler intrinsic_handler(kir::Intrinsic intrinsic, ElementType type);

// Memory.
[[nodiscard]] Handler move_handler();                           ///< @to = @a
[[nodiscard]] Handler load_frame_handler(ElementType type);     ///< @to = a
[[nodiscard]] Handler store_frame_handler(ElementType type);    ///< to = @a
[[nodiscard]] Handler load_handler(ElementType type);           ///< @to = [@a + number]
[[nodiscard]] Handler store_handler(ElementType type);          ///< [@to + number] = @a
[[nodiscard]] Handler load_element_handler(ElementType type);   ///< @to = buffer a at @b
[[nodiscard]] Handler store_element_handler(ElementType type);  ///< buffer to at @b = @a
[[nodiscard]] Handler frame_address_handler();                  ///< @to = address of a, + number
[[nodiscard]] Handler add_address_handler();                    ///< @to = @a + number
/// @to = address of the element of buffer a, of 1 to 3 axes, at @b, @c and the slot in the lower
/// half of `number`, whose upper half is an element's bytes.
[[nodiscard]] Handler buffer_address_handler(std::uint8_t rank);
/// @to = @a + @b * c, with @b below `number`.
[[nodiscard]] Handler array_address_handler();
[[nodiscard]] Handler copy_handler();         ///< `number` bytes from [@a] to [@to]
[[nodiscard]] Handler fill_handler();         ///< `number` bytes at `to` have all bits set
[[nodiscard]] Handler copy_buffer_handler();  ///< buffer to = buffer a

// Control. `to` is the place of the instruction that is gone to.
[[nodiscard]] Handler jump_handler();
[[nodiscard]] Handler jump_back_handler();    ///< One step of the budget.
[[nodiscard]] Handler jump_if_handler();      ///< if @a
[[nodiscard]] Handler jump_unless_handler();  ///< if not @a
[[nodiscard]] Handler jump_equal_handler();   ///< if @a is `number`
[[nodiscard]] Handler call_handler();         ///< @a = the place after; one step of the budget
[[nodiscard]] Handler return_handler();       ///< to the place @a
[[nodiscard]] Handler set_handler();          ///< @to = number
[[nodiscard]] Handler check_set_handler();    ///< a fault unless @a
[[nodiscard]] Handler no_result_handler();    ///< a fault
[[nodiscard]] Handler end_handler();          ///< of the item

}  // namespace dotcompute::interpret

// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one item `i` of a kernel does with parts of spans and with lambdas that capture. The tests
// call these functions themselves too. `x` and `y` have as many elements, 8 at least; an item
// writes y[i] only.

#include <dotcompute/kernel.hpp>

namespace language {

inline int sum_of(std::span<const int> values) {
  int sum = 0;
  for (const int value : values) {
    sum = sum * 3 + value;
  }
  return sum;
}

inline void add_to_all(std::span<int> values, int amount) {
  for (int& value : values) {
    value += amount;
  }
}

inline std::span<const int> window(std::span<const int> values, std::size_t at) {
  return values.subspan(at / 2, 3);
}

inline int ends_of(std::span<const int> values) {
  return values.empty() ? -1 : values.front() * 100 + values.back() * 10 + sum_of(values.last(1));
}

inline void parts_of_spans(std::span<const int> x, std::span<int> y, std::size_t i) {
  std::size_t from = i / 2;
  const auto part = x.subspan(from, 4);
  from = 0;
  const std::span<const int> rest = x.subspan(i);
  const auto inner = part.subspan(1).first(2);
  int result = part[0] - part[3] + sum_of(part) * 2 + sum_of(inner) * 3 + sum_of(x.first(3)) * 5;
  result += static_cast<int>(part.size() * 7 + rest.size() + std::size(inner)) + part.front();
  result += rest.back() + ends_of(rest) + ends_of(x.last(2)) + ends_of(inner.subspan(2));
  result += x.subspan<2>()[1] + x.subspan<1, 3>().back() * 2 + x.first<2>().back() +
            static_cast<int>(x.last<3>().size());
  result += part.subspan(i % 2).front() + (part.first(0).empty() ? 11 : 0);
  for (const int value : rest.first(rest.size() < 3 ? rest.size() : 3)) {
    result = result * 5 + value;
  }
  y[i] = result;
}

inline void written_parts(std::span<const int> x, std::span<int> y, std::size_t i) {
  const std::span<int> own = y.subspan(i, 1);
  own[0] = x[i];
  own.front() += 3;
  add_to_all(own, x[0]);
  add_to_all(y.first(i + 1).last(1), 2);
  for (int& value : y.subspan(i).first(1)) {
    value *= 2;
  }
}

inline std::size_t step(std::size_t& at) {
  return ++at;
}

inline void effects_in_parts(std::span<const int> x, std::span<int> y, std::size_t i) {
  std::size_t at = 0;
  const auto part = x.subspan(at++);
  const auto next = part.subspan(step(at), 4);
  int result = part[--at] + static_cast<int>(part.size() * 10 + next.size());
  result = result * 3 + x.subspan(at)[step(at)] + x[i];
  result = result * 3 + sum_of(next.first(step(at))) + static_cast<int>(at);
  result += result % 2 == 0 ? next.subspan(at -= 2)[step(at)] : next.last(at)[0];
  y[i] = result + static_cast<int>(at) * 1000;
}

inline void spans_from_functions(std::span<const int> x, std::span<int> y, std::size_t i) {
  const auto middle = window(x, i);
  y[i] = sum_of(middle) + window(window(x, i), 0)[1] + static_cast<int>(window(x, 0).size()) +
         sum_of(window(x.subspan(1), i));
}

inline void captured_by_reference(std::span<const int> x, std::span<int> y, std::size_t i) {
  int sum = 1;
  int values[3] = {4, 5, 6};
  const auto add = [&](int amount) {
    sum += amount;
    values[1] += x[i] + amount;
    return sum * 2;
  };
  int result = add(3);
  sum = 10;
  result += add(add(x[i]));
  int& last = values[2];
  const auto grow = [&last, &add] { last += add(1); };
  grow();
  grow();
  const auto clear = [&y, i]() {
    if (i % 2 == 0) {
      y[i] = 7;
      return;
    }
    y[i] = 9;
  };
  clear();
  y[i] += result + sum * 3 + values[0] + values[1] * 5 + last;
}

inline void captured_by_copy(std::span<const int> x, std::span<int> y, std::size_t i) {
  int factor = x[i];
  int table[3] = {1, factor, 3};
  const auto scale = [=](int a) { return a * factor + table[1]; };
  const auto part = [own = x.subspan(i / 2, 2), twice = factor * 2](std::size_t at) {
    return own[at] + twice;
  };
  factor = 100;
  table[1] = 100;
  int sum = 0;
  for (int step = 0; step < 3; ++step) {
    const auto at_step = [step, &sum] { sum = sum * 2 + step; };
    at_step();
  }
  y[i] = scale(3) + part(1) * 7 + part(0) + sum + factor;
}

template <class F>
int applied(F&& f, int a, int b) {
  return a < b ? f(a) - f(b) : f(f(a));
}
template <class F, class G>
int both(const F& f, G g, int a) {
  const auto joined = [&f, g](int value) { return f(value) * 3 + g(value); };
  return joined(a) + applied(joined, a, 2);
}

inline void lambdas_handed_on(std::span<const int> x, std::span<int> y, std::size_t i) {
  int calls = 0;
  const int base = x[i];
  constexpr int kTable[4] = {3, 1, 4, 1};
  const auto count = [&](int a) {
    ++calls;
    return a + base + kTable[a & 3];
  };
  const auto look = [part = x.first(4)](int a) { return part[static_cast<std::size_t>(a & 3)]; };
  const auto same = count;
  int result = applied(count, x[i], 3) + applied([&](int a) { return a * calls; }, 1, 2);
  result += both(look, same, base) * 5 + both(
                                             count, [](int a) { return a - 1; }, 4);
  const auto twice = [](const auto& f, int a) { return f(f(a)); };
  result += twice([&](int a) { return a + x[i] + calls; }, 3);
  y[i] = result + calls * 1000;
}

struct Walker {
  int place;
  int pace;
  int walk(int steps) {
    const auto step = [this](int count) {
      place += count * pace;
      return place > 20;
    };
    const auto peek = [*this](int more) { return place + more; };
    for (int done = 0; done < steps; ++done) {
      if (step(done)) {
        return peek(1);
      }
    }
    return -place;
  }
  [[nodiscard]] int ahead(int count) const {
    return [&] { return place + count * pace; }();
  }
};

inline void captured_objects(std::span<const int> x, std::span<int> y, std::size_t i) {
  Walker walker{x[i], 3};
  const int place = walker.place;
  int& now = walker.place;
  int& speed = walker.pace;
  const auto difference = [&] { return now - place + speed; };
  speed += 1;
  const int walked = walker.walk(5);
  y[i] = walked * 10 + difference() + walker.ahead(2);
}

inline void references_from_lambdas(std::span<const int> x, std::span<int> y, std::size_t i) {
  int values[4] = {x[i], 2, 3, 4};
  int other[2] = {1, 3};
  const auto at = [&](int index) -> int& { return values[index & 3]; };
  at(1) += 5;
  at(other[1]) = at(at(1)) + 1;
  y[i] = values[0] + values[1] * 3 + values[2] * 5 + values[3] * 7;
}

}  // namespace language

// SPDX-License-Identifier: Apache-2.0
#pragma once

// Functions that the test both calls and has a kernel call: C++ as the host's compiler understands
// it against C++ as the kernel compiler does. Values are small, so that nothing overflows.

#include <dotcompute/kernel.hpp>

#include <utility>

namespace language {

inline int bump(int& x) {
  return ++x;
}
inline int twice(int& x) {
  x *= 2;
  return x - 1;
}

inline int order_of_assignment(int a, int b) {
  int values[4] = {a, b, a + b, a - b};
  int i = 0;
  values[bump(i) - 1] = values[i] + 10;  // C++17: the value first, with i still 0
  values[bump(i)] += 3;
  values[0] = values[1] = twice(i);
  i += bump(i) + 1;
  return values[0] * 3 + values[1] * 5 + values[2] * 7 + values[3] * 11 + i;
}

inline int short_circuits(int a, int b) {
  int calls = 0;
  const bool both = a > 2 && bump(calls) > 0 && b > bump(calls);
  const bool either = a > 5 || bump(calls) > 2 || twice(calls) > 3;
  if (!(b > 3 || bump(calls) > 4)) {
    calls += 100;
  }
  int chosen = a > b ? bump(calls) : twice(calls);
  chosen += a > 3 ? b : bump(calls);
  a > 0 ? ++chosen : --chosen;
  a > 1 && ++chosen;
  b > 1 || ++chosen;
  return calls * 8 + chosen * 4 + (both ? 2 : 0) + (either ? 1 : 0);
}

inline int loops(int a, int b) {
  int sum = 0;
  for (int low = 0, high = (b & 15) + 8; low < high; ++low, --high) {
    if ((low + a) % 3 == 0) {
      continue;
    }
    sum += low * high;
  }
  int left = (a & 7) + 3;
  while (left-- > 0) {
    if (left == 2) {
      continue;
    }
    if (left == 1) {
      break;
    }
    sum += left;
  }
  do {
    if (++left == 3) {
      continue;
    }
    sum ^= left;
  } while (bump(left) < 9);
  do {
    --left;
  } while (left > 0);
  for (;;) {
    if (++sum % 5 == 0) {
      break;
    }
  }
  while (const int rest = sum % 4) {
    sum += rest;
  }
  for (int i = 0; bump(i) < 7;) {
    sum += i;
  }
  return sum * 16 + left;
}

inline int switches(int a, int b) {
  int result = 0;
  for (int i = 0; i < 8; ++i) {
    switch ((a + i) & 7) {
      case 0:
      case 1:
        result += 1;
        [[fallthrough]];
      case 2: {
        const int local = result + b;
        result += local & 3;
        break;
      }
      case 3:
        continue;
      default:
        result *= 2;
        break;
      case 5:
        if (b > 3) {
          break;
        }
        result -= 1;
    }
    result &= 1023;
  }
  switch (const int key = a & 3; key) {
    case 2:
      result += 7;
  }
  return result;
}

inline int numbers(int a, int b) {
  const auto narrow = static_cast<std::int8_t>(a * 37 + b);
  const auto byte = static_cast<std::uint8_t>(a - b);
  std::uint16_t word = static_cast<std::uint16_t>(narrow * byte);
  word = static_cast<std::uint16_t>(word >> 2);
  unsigned bits = static_cast<unsigned>(a) * 2654435761U;
  bits ^= bits >> 15;
  bits <<= 3;
  std::int64_t wide = static_cast<std::int64_t>(bits) - word;
  wide = wide / (b * b + 1) + wide % 7;
  bool flag = wide > 0;
  flag |= a == b;
  const float real = static_cast<float>(a) / 4 - 0.75F;
  const double fine = static_cast<double>(real) * 1e3 + b;
  int rest = b;
  const int rounded = static_cast<int>(fine) + static_cast<int>(real);
  return static_cast<int>(wide & 0xFFFF) + (flag ? 65536 : 0) + rounded + narrow + byte + ~word +
         (sizeof(int) == 4 ? 1 : 0) + 'a' + -a + !b + int(7.9) + (bump(rest), rest);
}

struct Pair {
  int x = 3;
  int y = 4;
  [[nodiscard]] int sum() const { return x + y; }
  [[nodiscard]] int& largest_or_x(bool) { return x; }
  Pair& operator+=(const Pair& other) {
    x += other.x;
    y += other.y;
    return *this;
  }
  void swap_members() { std::swap(x, y); }
  friend Pair operator+(Pair a, const Pair& b) { return a += b; }
  friend bool operator==(const Pair&, const Pair&) = default;
};
struct Box {
  Pair corner;
  int sizes[2][2];
  std::array<int, 3> tags;
};
struct Base {
  int a;
  [[nodiscard]] int get() const { return a; }
};
struct Derived : Base {
  int b;
  [[nodiscard]] int both() const { return get() * 2 + b; }
};
struct Counter {
  explicit Counter(int start) : value(start + 1) { value *= 2; }
  Counter(int start, int step) : Counter(start) { value += step; }
  explicit operator int() const { return value; }
  int operator()(int x) { return value += x; }
  int value;
};

inline int structs(int a, int b) {
  Pair first;
  Pair second{a, b};
  Pair third = first + second;
  third.swap_members();
  third.largest_or_x(true) += 5;
  (third += first) += second;
  Box box{{a, b}, {{1, 2}, {3, a}}, {b, 6}};
  Box copy = box;
  copy.corner.x += box.sizes[1][0];
  copy.sizes[a & 1][b & 1]++;
  copy.tags = {1, 2, 3};
  copy.tags.back() += copy.tags.front() + static_cast<int>(copy.tags.size());
  auto& [corner, sizes, tags] = copy;
  corner.y -= sizes[0][1] + tags[0];
  const auto [x, y] = corner;
  Derived derived{{a}, b};
  derived.a += 2;
  Counter counter(a, b);
  int called = counter(2);
  called += counter(3);
  return third.sum() * 3 + copy.corner.sum() + copy.tags[2] + copy.sizes[1][1] + x - y +
         derived.both() + static_cast<int>(counter) + called + (first == Pair{} ? 1000 : 0) +
         (second == third ? 2000 : 0) + (first + second).sum();
}

template <class T, class F>
T fold(const T (&values)[5], T start, F join) {
  for (const T& value : values) {
    start = join(start, value);
  }
  return start;
}
struct Add {
  int operator()(int a, int b) const { return a + b; }
};
struct Largest {
  int operator()(int a, int b) const { return std::max(a, b); }
};
template <int N>
constexpr int power(int x) {
  if constexpr (N == 0) {
    return 1;
  } else {
    return x * power<N - 1>(x);
  }
}
inline constexpr int kTable[4] = {2, 3, 5, 7};
inline constexpr std::array<std::array<std::int16_t, 2>, 2> kGrid{{{1, -2}, {3, -4}}};
inline constexpr Pair kPairs[2] = {{1, 2}, {}};
enum class Mode : std::uint8_t { add = 2, keep };

inline int templates_and_constants(int a, int b) {
  const int values[5] = {a, b, a - b, kTable[a & 3], kGrid[static_cast<std::size_t>(a & 1)][1]};
  static constexpr int kLocal[2] = {11, 13};
  constexpr int kScalar = kTable[2] * 2;
  const Mode mode = b > 2 ? Mode::add : Mode::keep;
  int result = fold(values, 1, Add{}) * 2 + fold(values, -100, Largest{});
  result += power<3>(a & 7) + kLocal[b & 1] + kScalar + kPairs[a & 1].y;
  result += mode == Mode::add ? static_cast<int>(mode) : 0;
  result += std::min({a, b, 3}) + std::clamp(a, -2, 2) + std::abs(b) + std::max(a, b);
  result += std::numeric_limits<std::int8_t>::max() + static_cast<int>(std::size(values));
  return result;
}

inline int references(int a, int b) {
  int values[3] = {a, b, a * b};
  int i = 1;
  int& second = values[i];
  i = 2;
  second += 10;
  const int& third = values[i];
  values[2] = 5;
  int& alias = second;
  alias *= 2;
  const int& temporary = a + b;
  for (int& value : values) {
    value += 1;
  }
  int total = 0;
  for (const auto value : values) {
    total = total * 3 + value;
  }
  return total + second + third + temporary + i;
}

struct Plain {
  int first;
  int second;
};

// C++ lets a case use what an earlier one declares, if that sets nothing.
inline int locals_of_earlier_cases(int a, int b) {
  int sum = 0;
  switch (a & 3) {
    case 0:
      int low, high;
      Plain both;
      low = a;
      both = {b, low};
      sum = both.first - both.second;
      [[fallthrough]];
    case 1:
      high = b * 2;
      both.first = high - 1;
      sum += high + both.first;
      break;
    case 2: {
      const int own = 5;
      sum = own;
      break;
    }
    default:
      low = 100;
      sum = low - a;
  }
  return sum;
}

template <class F>
inline int applied_twice(const F& f, int x) {
  return f(f(x));
}

inline int lambdas(int a, int b) {
  constexpr int kStep = 3;
  const auto step = [](int x) { return x * 2 + kStep; };
  const auto larger = [](auto x, auto y) { return x < y ? y : x; };
  int sum = [](int x, int y) { return x * 10 - y; }(a, b);
  sum += applied_twice(step, a) + applied_twice([](int x) { return x - 1; }, b);
  [](int& x) { x += 7; }(sum);
  return sum + larger(a, b) * 100;
}

inline int chosen_targets(int a, int b) {
  int small = 1;
  int large = 2;
  int values[3] = {a, b, a + b};
  int at = 0;
  (a < b ? small : large) = a * 3 + small;
  (a == b ? small : b > 0 ? values[bump(at)] : values[0]) = bump(large);
  (a > 2 ? (small = 5, large) : small) = bump(at);
  (a < b ? small : values[at]) += a * 2 + small;
  (a > b ? values[0] : b > 1 ? large : small) *= bump(at);
  ++(a & 1 ? small : large);
  (a & 2 ? small : values[1])--;
  (a & 4 ? small : large) <<= 1;
  return small + large * 10 + values[0] * 100 + values[1] * 1000 + values[2] * 7 + at;
}

inline int arrays_taken_apart(int a, int b) {
  std::array<int, 3> whole = {a, b, a - b};
  const auto [x, y, z] = whole;
  auto& [first, second, third] = whole;
  first += y;
  third = x + second;
  auto [p, q] = std::array<int, 2>{z, first};
  p *= 2;
  return whole[0] + whole[1] * 10 + whole[2] * 100 + p * 7 + q + z;
}

}  // namespace language

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the polynomials of include/dotcompute/generated/math_coefficients.hpp and prints that file.

    python3 scripts/fit_math.py > include/dotcompute/generated/math_coefficients.hpp

Needs mpmath (pip install mpmath). The method: each function is brought to a form whose error counts
relatively (log(1 + f) = f - f^2 / 2 + f^3 P(f), and so on), and P is expanded in Chebyshev polynomials of
the interval in 60 digits, cut at the degree wanted, and rewritten in powers. That is within a small factor of the
best polynomial of the degree. The coefficients are then rounded to the type they are used in."""
import struct

import mpmath as mp

mp.mp.dps = 60


def to_float(x):
    return mp.mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def to_double(x):
    return mp.mpf(float(x))


def fit(function, begin, end, degree):
    """Coefficients, lowest power first."""
    nodes = 4 * (degree + 2)
    values = []
    for k in range(nodes):
        angle = mp.pi * (k + mp.mpf(1) / 2) / nodes
        values.append((angle, function((end + begin) / 2 + (end - begin) / 2 * mp.cos(angle))))
    chebyshev = [2 * mp.fsum(v * mp.cos(j * a) for a, v in values) / nodes for j in range(degree + 1)]
    chebyshev[0] /= 2
    # T_0 = 1, T_1 = u, T_(j+1) = 2 u T_j - T_(j-1), with u = scale x + shift
    scale, shift = 2 / (end - begin), -(end + begin) / (end - begin)
    times_u = lambda p: [shift * a + scale * b for a, b in zip(p + [mp.mpf(0)], [mp.mpf(0)] + p)]
    polynomials = [[mp.mpf(1)], times_u([mp.mpf(1)])]
    while len(polynomials) <= degree:
        doubled = [2 * c for c in times_u(polynomials[-1])]
        previous = polynomials[-2] + [mp.mpf(0)] * (len(doubled) - len(polynomials[-2]))
        polynomials.append([a - b for a, b in zip(doubled, previous)])
    return [mp.fsum(chebyshev[j] * polynomials[j][i] for j in range(i, degree + 1)) for i in range(degree + 1)]


def quotient(value, series, limit=mp.mpf(10) ** -8):
    """value(x), but near 0, where it is 0 / 0, the sum of series(k) x^k."""
    return lambda x: value(x) if abs(x) > limit else mp.fsum(series(k) * x**k for k in range(8))


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x)


half_log2 = mp.log(2) / 2
log_low, log_high = mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1
slope = (log_high / (2 + log_high)) ** 2
quarter = (mp.pi / 4) ** 2
eighth = mp.tan(mp.pi / 8) ** 2

exp_rest = quotient(lambda r: (mp.expm1(r) - r) / r**2, lambda k: 1 / mp.factorial(k + 2))
log_rest = quotient(lambda f: (mp.log1p(f) - f + f * f / 2) / f**3, lambda k: mp.mpf(-1) ** k / (k + 3))
atanh_rest = quotient(lambda z: (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z, lambda k: mp.mpf(2) / (2 * k + 3))
sin_rest = quotient(lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z,
                    lambda k: mp.mpf(-1) ** (k + 1) / mp.factorial(2 * k + 3))
cos_rest = quotient(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2,
                    lambda k: mp.mpf(-1) ** k / mp.factorial(2 * k + 4))
atan_rest = quotient(lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda k: mp.mpf(-1) ** (k + 1) / (2 * k + 3))
erf_rest = quotient(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z),
                    lambda k: 2 / mp.sqrt(mp.pi) * mp.mpf(-1) ** k / (mp.factorial(k) * (2 * k + 1)))
erfcx_of = lambda t: erfcx(2 * (1 + t) / (1 - t))  # t = (x - 2) / (x + 2)

TABLES = [
    ("kExpFloat", "float", exp_rest, -half_log2, half_log2, 4,
     "exp(r) = 1 + r + r^2 P(r) for |r| <= log(2) / 2"),
    ("kExp", "double", exp_rest, -half_log2, half_log2, 10, "the same"),
    ("kLogFloat", "float", log_rest, log_low, log_high, 7,
     "log(1 + f) = f - f^2 / 2 + f^3 P(f) for 1 + f from sqrt(1/2) to sqrt(2)"),
    ("kLog", "double", atanh_rest, mp.mpf(0), slope, 7,
     "log(1 + f) = 2 s + s z P(z) with s = f / (2 + f), z = s^2"),
    ("kSin", "double", sin_rest, mp.mpf(0), quarter, 4, "sin(y) = y + y z P(z) for |y| <= pi / 4, z = y^2"),
    ("kCos", "double", cos_rest, mp.mpf(0), quarter, 4, "cos(y) = 1 - z / 2 + z^2 P(z)"),
    ("kAtan", "double", atan_rest, mp.mpf(0), eighth, 6, "atan(t) = t + t z P(z) for |t| <= tan(pi / 8), z = t^2"),
    ("kErf", "double", erf_rest, mp.mpf(0), mp.mpf(1), 8, "erf(x) = x P(x^2) for |x| <= 1"),
    ("kErfcx", "double", erfcx_of, mp.mpf(-3) / 5, mp.mpf(17) / 25, 12,
     "exp(x^2) erfc(x) = P((x - 2) / (x + 2)) for x from 1/2 to 10.5"),
]


def two_over_pi_parts(shift):
    """2^shift 2 / pi modulo 4 as four numbers of 28 bits."""
    mp.mp.dps = 120
    rest = mp.mpf(2) ** shift * 2 / mp.pi
    rest -= 4 * mp.floor(rest / 4)
    parts = []
    for place in range(4):
        unit = mp.mpf(2) ** (-26 - 28 * place)
        parts.append(mp.floor(rest / unit) * unit if place < 3 else rest)
        rest -= parts[-1]
    mp.mp.dps = 60
    return parts


def main():
    print("// SPDX-License-Identifier: Apache-2.0\n#pragma once\n")
    print("// Written by scripts/fit_math.py, which says how; lowest power first.")
    print("namespace dotcompute::generated {\nnamespace {  // NOLINT(google-build-namespaces)\n")
    for name, kind, function, begin, end, degree, form in TABLES:
        rounding, suffix, digits = (to_float, "F", 9) if kind == "float" else (to_double, "", 17)
        coefficients = [rounding(c) for c in fit(function, begin, end, degree)]
        points = [begin + (end - begin) * k / 400 for k in range(401)]
        error = max(abs(mp.polyval(coefficients[::-1], x) - function(x)) for x in points)
        print(f"// {form}; |error of P| < {mp.nstr(error, 2)}")
        print(f"inline constexpr {kind} {name}[] = {{")
        for c in coefficients:
            print(f"    {float(c):.{digits - 1}e}{suffix},")
        print("};\n")
    print("// 2 / pi times 2^0, 2^24, ..., 2^96, modulo 4: the sum of each row. Products of the first three")
    print("// with a float are exact.")
    print("inline constexpr double kTwoOverPi[5][4] = {")
    for window in range(5):
        print("    {" + ", ".join(f"{float(p):.16e}" for p in two_over_pi_parts(24 * window)) + "},")
    print("};\n")
    print("}  // namespace\n}  // namespace dotcompute::generated")


if __name__ == "__main__":
    main()

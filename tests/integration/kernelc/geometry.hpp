// SPDX-License-Identifier: Apache-2.0
#pragma once

/// A point of the plane, as both the kernels and their callers know it.
struct Point {
  float x;
  float y;
};

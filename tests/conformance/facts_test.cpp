// SPDX-License-Identifier: Apache-2.0
#include "conformance/device_test.hpp"

#include <bit>
#include <regex>
#include <string>

namespace dotcompute::conformance {
namespace {

class FactsConformance : public DeviceTest {};
DC_CONFORMANCE_SUITE(FactsConformance);

// R3.3
TEST_P(FactsConformance, HasAnIdOfItsBackEndAndOneOrTwoNumbers) {
  const std::string& id = device_->info().id;

  EXPECT_TRUE(std::regex_match(id, std::regex("[a-z]+:[0-9]+(:[0-9]+)?"))) << id;
}

// R3.3
TEST_P(FactsConformance, BelongsToOneKindOfAccelerator) {
  const auto type = device_->info().type;

  EXPECT_NE(type, AcceleratorType::automatic);
  // A simulated device is of the kind of the device that does its work.
  EXPECT_TRUE(device_->info().id.starts_with(to_string(type)) ||
              device_->info().id.starts_with("sim:"))
      << device_->info().id;
}

// R3.3
TEST_P(FactsConformance, HasAName) {
  EXPECT_FALSE(device_->info().name.empty());
}

// R3.3
TEST_P(FactsConformance, HasLimitsThatWorkCanBeLaidOutFor) {
  const backend::DeviceInfo& info = device_->info();

  EXPECT_GE(info.compute_units, 1U);
  EXPECT_GE(info.max_group_size, 1U);
  EXPECT_GE(info.max_allocation_bytes, std::size_t{1} << 20U);
  EXPECT_TRUE(std::has_single_bit(info.alignment_bytes)) << info.alignment_bytes;
}

}  // namespace
}  // namespace dotcompute::conformance

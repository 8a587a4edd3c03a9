#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace foreman::test {

/// Project keys that `std::hash` of libstdc++ takes for one another: an attack
/// on any table that uses it, or any other hash that is the same in each
/// process.
std::vector<std::string> colliding_keys(std::size_t how_many);

} // namespace foreman::test

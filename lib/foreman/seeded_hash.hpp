#pragma once

#include <foreman/export.hpp>

#include <cstdint>
#include <string_view>

namespace foreman {

/// What makes the hashes of one process differ from those of every other.
struct FOREMAN_EXPORT hash_seed {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  /// The seed of this process: random, drawn when first asked for.
  static const hash_seed& of_process();
};

/// SipHash-1-3 by Aumasson and Bernstein, as Python, Ruby and Rust hash what
/// comes from outside: without the seed nobody can choose texts whose hashes
/// collide. A fixed hash is no protection, nor is one of the Murmur family with
/// a seed, whose collisions hold for all seeds.
FOREMAN_EXPORT std::uint64_t seeded_hash(std::string_view text,
                                         const hash_seed& seed) noexcept;

} // namespace foreman

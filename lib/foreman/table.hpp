#pragma once

#include <foreman/brief_mutex.hpp>
#include <foreman/entry.hpp>
#include <foreman/export.hpp>
#include <foreman/ledger.hpp>
#include <foreman/seeded_hash.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace foreman {

/// All entries of one system, by their real keys: no two projects ever share
/// one. Sharded, so that a question or a submit locks little and briefly.
/// Thread-safe. Lock order: shard, then entry.
class FOREMAN_EXPORT table {
public:
  /// Keys are hashed with `seed`: whoever does not know it cannot choose keys
  /// that meet in one place.
  explicit table(std::shared_ptr<shared_state> shared,
                 const hash_seed& seed = hash_seed::of_process());
  ~table();
  table(const table&) = delete;
  table& operator=(const table&) = delete;

  shared_state& shared() const noexcept {
    return *shared_;
  }

  // -- submit -----------------------------------------------------------------

  struct admitted {
    entry_ptr home;
    /// Nobody looks after the entry yet: the caller must have it woken.
    bool wake = false;
  };

  /// Offers `x` to `project`. The verdict is final.
  expected<admitted> submit(std::string_view project, const job_ptr& x,
                            const job_options& options);

  /// Whether a job with these options would be rejected now, before it is made.
  /// `home` is as below; returns
  /// the connections that the job needs. A rejection is in the books.
  expected<connection_mask> consider(std::string_view project,
                                     const job_options& options,
                                     entry_ptr& home);

  /// Offers a job that was considered before. What comes between, such as
  /// another job, may still reject it.
  expected<bool> submit_considered(std::string_view project, const job_ptr& x,
                                   const job_options& options,
                                   connection_mask needs, entry_ptr& home);

  /// The same for one who keeps the entry of the project, which saves the
  /// lookup: `home` is where it was when last looked up, or null, and where `x`
  /// was admitted after that. Returns whether the caller must have it woken.
  expected<bool> submit(std::string_view project, const job_ptr& x,
                        const job_options& options, entry_ptr& home);

  // -- questions --------------------------------------------------------------

  bool is_running(std::string_view project) const;

  bool is_busy(std::string_view project) const;

  expected<project_status> status(std::string_view project) const;

  struct page {
    std::vector<project_status> rows;
    /// Where the next page starts; none after the last one.
    std::optional<std::size_t> next;
  };

  /// Returns the busy projects of one shard. Start at 0. Each row is exact; the
  /// list as a whole is not one moment.
  page list(std::size_t cursor) const;

  /// What that runs of the host's is run by `by`.
  expected<void> cancel(std::string_view project, job_id id,
                        errands& by = errands_at_once());

  /// Calls `f` for every entry, shard by shard, without a lock held.
  void for_each(const std::function<void(entry&)>& f) const;

  // -- life of an entry -------------------------------------------------------

  /// Ends `x` and forgets it if it rests, or came to nothing, and nobody but
  /// `by` looks after it. Returns whether it has ended, now or before.
  bool retire(entry& x, const attendant* by = nullptr);

  /// The entry of a project, or null if it has none.
  entry_ptr find(std::string_view project) const;

  static constexpr std::size_t shard_count = 256;

private:
  // Hashed once, for the shard and for the map in it.
  struct hashed_key {
    hashed_key(std::string_view key, const hash_seed& seed) noexcept
      : hashed_key{key, seeded_hash(key, seed)} {}

    hashed_key(std::string_view key, std::uint64_t of_key) noexcept
      : text{key}, hash{of_key} {}

    // The upper bits: the maps use the lower ones.
    std::size_t shard() const noexcept {
      return (hash >> 48U) % shard_count;
    }

    friend bool operator==(const hashed_key& x, const hashed_key& y) noexcept {
      return x.hash == y.hash && x.text == y.text;
    }

    std::string_view text;
    std::uint64_t hash;
  };

  struct hash_of_key {
    std::size_t operator()(const hashed_key& x) const noexcept {
      return x.hash;
    }
  };

  struct alignas(64) shard {
    mutable brief_mutex mutex;
    // The keys point into the entries.
    std::unordered_map<hashed_key, entry_ptr, hash_of_key> entries;
  };

  entry_ptr find_or_make(std::string_view project);

  // Counts a rejection, and says why. `home` may be null where the project has
  // nothing to do with it.
  error reject(errc code, const entry_ptr& home);

  // What cannot be right at any time, and the connections that are needed.
  expected<connection_mask> check(std::string_view project,
                                  const job_options& options,
                                  const entry_ptr& home) const;

  expected<bool> admit(std::string_view project, const job_ptr& x,
                       const job_options& options, entry_ptr& home);

  // After an erase: a crowd that has gone leaves no buckets behind (G9).
  static void shrink(shard& x) noexcept;

  static std::vector<entry_ptr> entries_of(const shard& x);

  const hash_seed seed_;
  std::shared_ptr<shared_state> shared_;
  std::array<shard, shard_count> shards_;
};

} // namespace foreman

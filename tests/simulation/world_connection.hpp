#pragma once

#include <foreman/clock.hpp>
#include <foreman/connection.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <typeinfo>

namespace foreman::test {

/// What world connections are connected to: the world makes it fail and well
/// again, and it knows what opens it must see.
struct world_server {
  enum class mode : std::uint8_t {
    up,
    /// Sessions are dead, opens fail.
    down,
    /// The same, but sessions look alive until they are pinged.
    stopped,
    /// Sessions are dead, opens fail for good.
    locked,
  };

  std::string name;
  mode how = mode::up;
  /// Grows when all sessions die.
  std::size_t incarnation = 0;
  /// What foreman may know of: an open or a ping that failed on a session that
  /// was not distrusted yet.
  std::size_t losses = 0;
  /// It has failed, and whoever opened it since was not done with that when
  /// this was last looked at.
  bool in_trouble = false;
  /// So that no other try mends it.
  bool locked_out = false;
  bool healed = false;
  std::size_t opening = 0;
  std::size_t failed_opens = 0; // in a row
  clock::time_point failed_at{};
  /// The same before the step that is under way: what failed in it may not
  /// have been told to foreman yet, when another thread moves within it.
  std::size_t known_failed_opens = 0;
  clock::time_point known_failed_at{};

  /// No step is under way.
  void all_is_known() {
    known_failed_opens = failed_opens;
    known_failed_at = failed_at;
  }
};

/// A connection to such a server. Tells whether it may be used by a body.
class world_connection : public connection {
public:
  /// What it tells of: a rule that was broken, and that an open takes its time.
  struct hooks {
    std::function<void(const std::string&)> broken;
    std::function<void()> while_opening;
    std::function<clock::time_point()> now;
  };

  world_connection(world_server& server, std::size_t max_opens,
                   std::size_t break_after, clock::duration min_break,
                   const hooks& tell)
    : server_{server},
      max_opens_{max_opens},
      break_after_{break_after},
      min_break_{min_break},
      tell_{tell} {}

  expected<void> open(milliseconds) override;
  void close() noexcept override;
  bool quiet() override;
  expected<void> check(milliseconds) override;
  bool in_transaction() override;
  void* resource(const std::type_info& type) noexcept override;

  /// A body begins with it: whether a check has passed since the last one, and
  /// it was known to be alive after the last loss that was known then.
  bool take_checked();

private:
  bool alive() const;

  // It may be used, as far as anybody knows.
  void checked();

  void check_open_allowed() const;

  world_server& server_;
  std::size_t max_opens_;
  std::size_t break_after_;
  clock::duration min_break_;
  const hooks& tell_;
  bool open_ = false;
  std::size_t incarnation_ = 0;
  // The losses when it was last known to be alive, when it was last looked at.
  std::size_t proved_ = 0;
  std::size_t looked_ = 0;
  bool checked_ = false;
  bool body_began_ = false;
  bool after_body_ = false;
};

} // namespace foreman::test

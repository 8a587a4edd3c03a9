#pragma once

#include <foreman/connection_set.hpp>
#include <foreman/export.hpp>
#include <foreman/host_call.hpp>
#include <foreman/job.hpp>

#include <stop_token>
#include <string>
#include <string_view>
#include <typeinfo>

namespace foreman {

class interruption;

/// What a body knows of its job, and what it works with. Lives as long as the
/// body; use it on the body's thread, but for `stop_token()` and
/// `stop_requested()`, which any thread may call while the body runs.
class FOREMAN_EXPORT job_context {
public:
  /// @cond

  job_context(job& which, connection_set& connections,
              interruption* interrupts = nullptr) noexcept
    : job_{&which}, connections_{&connections}, interrupts_{interrupts} {}

  /// @endcond

  job_context(const job_context&) = delete;
  job_context& operator=(const job_context&) = delete;

  /// The key of the job's project.
  const std::string& project() const noexcept;

  /// The number of the job.
  job_id id() const noexcept {
    return job_->id();
  }

  /// Stops when the job is cancelled or the system drains. Made when first
  /// asked for; cheap to poll.
  std::stop_token stop_token() const {
    return job_->stop_token();
  }

  /// Whether the job was asked to stop. Costs next to nothing.
  bool stop_requested() const noexcept {
    return job_->stop_requested();
  }

  /// Ends the body as `cancelled` if it was asked to stop, by throwing
  /// `stopped`. Call it wherever the body can be left.
  void throw_if_stopped() const {
    if (stop_requested())
      throw stopped{};
  }

  /// The connection called `name`, checked before this job started. Valid until
  /// the body ends; do not keep it. Throws `exception` with
  /// `unknown_connection` if the job does not have one of that name and type,
  /// and with `connection_unavailable` if it runs without it, as
  /// `unavailable_policy::run_anyway` says.
  ///
  /// From now on a stop of the job interrupts the statement that runs on it,
  /// where the kind of connection can; once, and none that begins later.
  template <class T>
  T& connection(std::string_view name) const {
    return *static_cast<T*>(resource(name, typeid(T)));
  }

  /// The context of the body that runs on this thread; null outside bodies.
  static const job_context* current() noexcept;

  /// @cond

  /// The entry of the job's project.
  const entry& home() const noexcept {
    return *job_->home();
  }

  /// Makes a context the current one while it lives.
  class scope {
  public:
    explicit scope(const job_context& context) noexcept
      : call_{*context.job_, context} {}

  private:
    host_call call_;
  };

  /// @endcond

private:
  void* resource(std::string_view name, const std::type_info& type) const;

  job* job_;
  connection_set* connections_;
  interruption* interrupts_;
};

} // namespace foreman
